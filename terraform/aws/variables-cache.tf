# Redis, or Valkey in its place.

variable "redis_engine" {
  description = "\"redis\", or \"valkey\": the same protocol at a lower price."
  type        = string
  default     = "redis"

  validation {
    condition     = contains(["redis", "valkey"], var.redis_engine)
    error_message = "redis_engine is \"redis\" or \"valkey\"."
  }
}

variable "redis_engine_version" {
  description = "The engine's version. null: 7.1 for redis, 8.0 for valkey."
  type        = string
  default     = null

  validation {
    condition     = var.redis_engine_version == null || can(regex("^[78]\\.[0-9]$", var.redis_engine_version))
    error_message = "redis_engine_version is major and minor, at least 7, like \"7.1\"."
  }
}

variable "redis_node_type" {
  description = "The cache's node type."
  type        = string
  default     = "cache.t4g.micro"

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.redis_node_type))
    error_message = "redis_node_type is not a node type: use one like \"cache.t4g.micro\" or \"cache.m7g.large\"."
  }
}

variable "redis_replicas" {
  description = "How many replicas stand by, in other zones. null: 1 in production, else 0."
  type        = number
  default     = null

  validation {
    condition     = var.redis_replicas == null ? true : var.redis_replicas >= 0 && var.redis_replicas <= 5
    error_message = "redis_replicas is from 0 to 5."
  }
}

variable "redis_snapshot_retention_days" {
  description = "For how many days snapshots of the cache are kept. 0: none, as a cache fills again."
  type        = number
  default     = 0

  validation {
    condition     = var.redis_snapshot_retention_days >= 0 && var.redis_snapshot_retention_days <= 35
    error_message = "redis_snapshot_retention_days is from 0 to 35."
  }
}
