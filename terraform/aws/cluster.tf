# The cluster, and the two kinds of capacity its tasks can run on.

resource "aws_ecs_cluster" "main" {
  name = "${local.prefix}-cluster"

  setting {
    name  = "containerInsights"
    value = local.container_insights
  }

  # Who enters a task leaves a record of what was typed. The block is there without execute-command too: the provider
  # cannot take one away that a cluster has had.
  configuration {
    execute_command_configuration {
      kms_key_id = var.kms_key_arn
      logging    = var.execute_command_enabled ? "OVERRIDE" : "NONE"

      dynamic "log_configuration" {
        for_each = aws_cloudwatch_log_group.exec

        content {
          cloud_watch_log_group_name     = log_configuration.value.name
          cloud_watch_encryption_enabled = var.kms_key_arn != null
        }
      }
    }
  }
}

locals {
  # The first tasks run on demand, so that Spot never takes the last one; the rest goes where it is asked to.
  capacity = var.fargate_spot_enabled ? [
    { provider = "FARGATE", base = var.fargate_on_demand_base, weight = 0 },
    { provider = "FARGATE_SPOT", base = 0, weight = 1 },
    ] : [
    { provider = "FARGATE", base = 0, weight = 1 },
  ]
}

resource "aws_ecs_cluster_capacity_providers" "main" {
  cluster_name       = aws_ecs_cluster.main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  dynamic "default_capacity_provider_strategy" {
    for_each = local.capacity

    content {
      capacity_provider = default_capacity_provider_strategy.value.provider
      base              = default_capacity_provider_strategy.value.base
      weight            = default_capacity_provider_strategy.value.weight
    }
  }
}
