data "aws_caller_identity" "current" {}

data "aws_availability_zones" "available" {
  state = "available"

  # Leaves out Local and Wavelength Zones, where RDS and Fargate are not to be had.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# What every thing is called. runbooks/aws/stack.ts spells the same names, and a test holds the two together.
locals {
  prefix         = "${var.project_name}-${var.environment}"
  service_name   = "${local.prefix}-service"
  container_name = "${var.project_name}-backend"
  container_port = 8080
  log_group_name = "/ecs/${local.prefix}"

  account_id = data.aws_caller_identity.current.account_id
  zones      = slice(data.aws_availability_zones.available.names, 0, var.availability_zone_count)

  tags = merge({
    Project     = var.project_name
    Environment = var.environment
    ManagedBy   = "terraform"
  }, var.tags)
}

# Production is careful where it is asked nothing else: null means "as the environment needs it".
locals {
  production = var.environment == "production"

  deletion_protection        = coalesce(var.deletion_protection, local.production)
  final_snapshot             = coalesce(var.db_final_snapshot, local.production)
  multi_az                   = coalesce(var.db_multi_az, local.production)
  backup_retention_days      = coalesce(var.db_backup_retention_days, local.production ? 7 : 1)
  performance_insights       = coalesce(var.db_performance_insights_enabled, local.production)
  enhanced_monitoring        = coalesce(var.db_monitoring_interval, local.production ? 60 : 0)
  cache_replicas             = coalesce(var.redis_replicas, local.production ? 1 : 0)
  container_insights         = coalesce(var.container_insights, local.production ? "enabled" : "disabled")
  access_logs                = coalesce(var.alb_access_logs_enabled, local.production)
  registry_force_delete      = coalesce(var.ecr_force_delete, !local.production)
  secret_recovery_days       = coalesce(var.secret_recovery_days, local.production ? 30 : 0)
  cache_engine_version       = coalesce(var.redis_engine_version, var.redis_engine == "valkey" ? "8.0" : "7.1")
  tasks_have_public_address  = coalesce(var.task_public_ip, var.nat_gateway_mode == "none" && !var.interface_endpoints_enabled)
  tasks_reach_the_internet   = local.tasks_have_public_address || var.nat_gateway_mode != "none"
  tasks_reach_their_services = local.tasks_reach_the_internet || var.interface_endpoints_enabled
}

# A state is one environment's. Applied with another name, it would take that one down to build this one.
resource "terraform_data" "environment" {
  input = var.environment

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = self.output == var.environment
      error_message = "This state is that of the environment ${self.output}, not ${var.environment}: nothing was changed. Use a state of its own: `terraform workspace new ${var.environment}`, or another key in backend.tf."
    }
  }
}
