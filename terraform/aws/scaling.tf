# How many tasks: between a fewest and a most, by use, and by the hour where a schedule is set.

locals {
  min_count = coalesce(var.ecs_service_min_count, var.ecs_service_desired_count)
  max_count = var.ecs_service_max_count

  scaling_target = one(concat(aws_appautoscaling_target.app[*], aws_appautoscaling_target.scheduled[*]))
}

# The target exists in two forms, as `ignore_changes` knows no condition: under a schedule the present fewest and most are
# the schedule's, and Terraform would lift them at night. Both are the same thing on AWS, so the old form must have gone
# before the new one comes: both depend on the mode, which is replaced when it changes.
resource "terraform_data" "scaling_mode" {
  triggers_replace = var.schedule_enabled ? "scheduled" : "steady"
}

resource "aws_appautoscaling_target" "app" {
  count = var.schedule_enabled ? 0 : 1

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.app.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = local.min_count
  max_capacity       = local.max_count

  # emergency-shutdown suspends scaling; an apply in between must not resume it.
  lifecycle {
    ignore_changes = [suspended_state]
  }

  depends_on = [terraform_data.scaling_mode]
}

resource "aws_appautoscaling_target" "scheduled" {
  count = var.schedule_enabled ? 1 : 0

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.app.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = local.min_count
  max_capacity       = local.max_count

  lifecycle {
    ignore_changes = [min_capacity, max_capacity, suspended_state]
  }

  depends_on = [terraform_data.scaling_mode]
}

resource "aws_appautoscaling_policy" "use" {
  for_each = {
    cpu    = { metric = "ECSServiceAverageCPUUtilization", target = var.autoscaling_cpu_target }
    memory = { metric = "ECSServiceAverageMemoryUtilization", target = var.autoscaling_memory_target }
  }

  name               = "${local.prefix}-${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = local.scaling_target.service_namespace
  resource_id        = local.scaling_target.resource_id
  scalable_dimension = local.scaling_target.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.target
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = each.value.metric
    }
  }

  # AWS drops a target's policies along with it.
  lifecycle {
    replace_triggered_by = [terraform_data.scaling_mode]
  }
}

resource "aws_appautoscaling_scheduled_action" "night" {
  for_each = var.schedule_enabled ? {
    down = { schedule = var.schedule_down, min = var.schedule_night_min_count, max = coalesce(var.schedule_night_max_count, max(local.max_count, var.schedule_night_min_count)) }
    up   = { schedule = var.schedule_up, min = local.min_count, max = local.max_count }
  } : {}

  name               = "${local.prefix}-${each.key}"
  service_namespace  = local.scaling_target.service_namespace
  resource_id        = local.scaling_target.resource_id
  scalable_dimension = local.scaling_target.scalable_dimension
  schedule           = each.value.schedule
  timezone           = var.schedule_time_zone

  scalable_target_action {
    min_capacity = each.value.min
    max_capacity = each.value.max
  }
}
