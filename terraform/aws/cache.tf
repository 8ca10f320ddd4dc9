# Redis on ElastiCache: encrypted at rest and on its way, reached from the tasks alone.

resource "aws_elasticache_subnet_group" "main" {
  name       = "${local.prefix}-redis"
  subnet_ids = aws_subnet.private[*].id
}

# It has no AUTH token: this provider would write one into the state (it has no write-only argument for it). The security
# group admits the tasks alone and TLS keeps others from reading along; what is stored is a cache.
resource "aws_elasticache_replication_group" "main" {
  replication_group_id = "${local.prefix}-redis"
  description          = "Cache of ${local.prefix}"
  engine               = var.redis_engine
  engine_version       = local.cache_engine_version
  node_type            = var.redis_node_type
  port                 = 6379

  num_cache_clusters         = 1 + local.cache_replicas
  automatic_failover_enabled = local.cache_replicas > 0
  multi_az_enabled           = local.cache_replicas > 0

  subnet_group_name  = aws_elasticache_subnet_group.main.name
  security_group_ids = [aws_security_group.redis.id]

  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn

  auto_minor_version_upgrade = true
  snapshot_retention_limit   = var.redis_snapshot_retention_days
  snapshot_window            = "03:00-04:00"
  maintenance_window         = "sun:05:30-sun:06:30"

  apply_immediately = true
}

locals {
  # ElastiCache names a group's members after it; metrics are kept by member.
  cache_members = [for number in range(1 + local.cache_replicas) : format("%s-redis-%03d", local.prefix, number + 1)]
}
