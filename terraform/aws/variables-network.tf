# The network and its greatest cost: the way out.

variable "vpc_cidr" {
  description = "The VPC's addresses. Each subnet gets a sixteenth of them."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && can(regex("^(10|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\.", var.vpc_cidr))
    error_message = "vpc_cidr is not a private IPv4 range: use one like \"10.0.0.0/16\" (10/8, 172.16/12 or 192.168/16)."
  }

  validation {
    condition     = try(cidrhost(var.vpc_cidr, 0) == split("/", var.vpc_cidr)[0], false)
    error_message = "vpc_cidr does not begin at its network's first address: write 10.0.0.0/16, not 10.0.5.1/16."
  }

  validation {
    condition     = try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 23, false)
    error_message = "vpc_cidr must be between /16, the largest VPC there is, and /23, whose subnets still fit a load balancer."
  }
}

variable "availability_zone_count" {
  description = "How many availability zones the subnets lie in."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3], var.availability_zone_count)
    error_message = "availability_zone_count is 2 or 3: a load balancer and a database subnet group need two."
  }
}

variable "nat_gateway_mode" {
  description = "The private subnets' way out: \"per_az\" (one NAT gateway a zone, the guide's baseline), \"single\" (one for all: half the cost, and no way out while its zone is down) or \"none\"."
  type        = string
  default     = "per_az"

  validation {
    condition     = contains(["none", "single", "per_az"], var.nat_gateway_mode)
    error_message = "nat_gateway_mode is \"none\", \"single\" or \"per_az\"."
  }
}

variable "interface_endpoints_enabled" {
  description = "Reach ECR, CloudWatch Logs, Secrets Manager and Systems Manager through endpoints inside the VPC. Four in two zones cost more than one NAT gateway. With nat_gateway_mode = \"none\" tasks then stay private and cannot reach OpenAI."
  type        = bool
  default     = false
}

variable "task_public_ip" {
  description = "Run tasks in the public subnets, each with a public address of its own. null: when there is neither a NAT gateway nor endpoints, as they could start nowhere else."
  type        = bool
  default     = null
}

variable "alb_allowed_cidrs" {
  description = "Who may reach the load balancer."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.alb_allowed_cidrs) > 0 && alltrue([for cidr in var.alb_allowed_cidrs : can(cidrnetmask(cidr))])
    error_message = "alb_allowed_cidrs holds a value that is no IPv4 range: write each like \"203.0.113.0/24\", and at least one."
  }
}
