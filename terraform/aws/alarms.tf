# The guide's table 7.2 as alarms, and those it forgot. Each is heard when it starts and when it is over.

locals {
  service_dimensions  = { ClusterName = aws_ecs_cluster.main.name, ServiceName = local.service_name }
  balancer_dimensions = { LoadBalancer = aws_lb.main.arn_suffix }
  target_dimensions   = { LoadBalancer = aws_lb.main.arn_suffix, TargetGroup = aws_lb_target_group.app.arn_suffix }
  database_dimensions = { DBInstanceIdentifier = aws_db_instance.main.identifier }

  # Each names its guide action first, as that is what the reader of the message wants.
  alarms = merge(
    {
      ecs-cpu-high = {
        text       = "Scale up tasks: ECS CPU over 70 %"
        namespace  = "AWS/ECS", metric = "CPUUtilization", dimensions = local.service_dimensions
        statistic  = "Average", period = 300, times = 2, threshold = 70
        comparison = "GreaterThanThreshold", missing = "missing"
      }
      ecs-memory-high = {
        text       = "Scale up tasks or increase memory: ECS memory over 80 %"
        namespace  = "AWS/ECS", metric = "MemoryUtilization", dimensions = local.service_dimensions
        statistic  = "Average", period = 300, times = 2, threshold = 80
        comparison = "GreaterThanThreshold", missing = "missing"
      }
      alb-unhealthy-hosts = {
        text       = "Check why targets fail their health check: unhealthy hosts"
        namespace  = "AWS/ApplicationELB", metric = "UnHealthyHostCount", dimensions = local.target_dimensions
        statistic  = "Minimum", period = 60, times = 5, threshold = 0
        comparison = "GreaterThanThreshold", missing = "notBreaching"
      }
      rds-cpu-high = {
        text       = "Upgrade the instance class: RDS CPU over 80 %"
        namespace  = "AWS/RDS", metric = "CPUUtilization", dimensions = local.database_dimensions
        statistic  = "Average", period = 300, times = 2, threshold = 80
        comparison = "GreaterThanThreshold", missing = "missing"
      }
      rds-storage-low = {
        text       = "Give the database more storage: less than a tenth is free"
        namespace  = "AWS/RDS", metric = "FreeStorageSpace", dimensions = local.database_dimensions
        statistic  = "Minimum", period = 300, times = 2, threshold = var.db_allocated_storage * 1073741824 / 10
        comparison = "LessThanThreshold", missing = "missing"
      }
    },
    # By member, as that is how ElastiCache counts.
    merge([for number, member in local.cache_members : {
      "redis-evictions-${number + 1}" = {
        text       = "Increase the cache size if the hit rate falls too: over 100 evictions a minute in ${member}"
        namespace  = "AWS/ElastiCache", metric = "Evictions", dimensions = { CacheClusterId = member }
        statistic  = "Sum", period = 60, times = 5, threshold = 100
        comparison = "GreaterThanThreshold", missing = "notBreaching"
      }
      "redis-memory-high-${number + 1}" = {
        text       = "Increase the cache size: memory over 80 % in ${member}"
        namespace  = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", dimensions = { CacheClusterId = member }
        statistic  = "Average", period = 300, times = 2, threshold = 80
        comparison = "GreaterThanThreshold", missing = "missing"
      }
    }]...),
    # Burstable instances run on credits; without them they are a fraction of themselves.
    startswith(var.db_instance_class, "db.t") ? {
      rds-credits-low = {
        text       = "Upgrade the instance class: the database's CPU credits run out"
        namespace  = "AWS/RDS", metric = "CPUCreditBalance", dimensions = local.database_dimensions
        statistic  = "Average", period = 300, times = 3, threshold = 20
        comparison = "LessThanThreshold", missing = "notBreaching"
      }
    } : {},
  )
}

resource "aws_cloudwatch_metric_alarm" "metric" {
  for_each = local.alarms

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = each.value.text
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period
  evaluation_periods  = each.value.times
  threshold           = each.value.threshold
  comparison_operator = each.value.comparison
  treat_missing_data  = each.value.missing

  actions_enabled = true
  alarm_actions   = [aws_sns_topic.alerts.arn]
  ok_actions      = [aws_sns_topic.alerts.arn]
}

# Errors as a share of requests, the load balancer's own among them, and only where there are enough to speak of a share.
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${local.prefix}-alb-5xx-high"
  alarm_description   = "Check the application logs: over 1 % of requests end in a 5XX"
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  threshold           = 1
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"

  metric_query {
    id          = "rate"
    expression  = "IF(req>20, 100*(FILL(t5,0)+FILL(e5,0))/req, 0)"
    label       = "5XX responses in percent"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { req = "RequestCount", t5 = "HTTPCode_Target_5XX_Count", e5 = "HTTPCode_ELB_5XX_Count" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = local.balancer_dimensions
        stat        = "Sum"
        period      = 60
      }
    }
  }

  actions_enabled = true
  alarm_actions   = [aws_sns_topic.alerts.arn]
  ok_actions      = [aws_sns_topic.alerts.arn]
}

# Fewer tasks running than wanted. Only Container Insights counts them.
resource "aws_cloudwatch_metric_alarm" "tasks_missing" {
  count = local.container_insights == "disabled" ? 0 : 1

  alarm_name          = "${local.prefix}-ecs-tasks-missing"
  alarm_description   = "Read the service's events: fewer tasks run than are wanted"
  evaluation_periods  = 5
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "missing"

  metric_query {
    id          = "missing"
    expression  = "wanted-running"
    label       = "Tasks missing"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { running = "RunningTaskCount", wanted = "DesiredTaskCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "ECS/ContainerInsights"
        metric_name = metric_query.value
        dimensions  = local.service_dimensions
        stat        = "Average"
        period      = 60
      }
    }
  }

  actions_enabled = true
  alarm_actions   = [aws_sns_topic.alerts.arn]
  ok_actions      = [aws_sns_topic.alerts.arn]
}

locals {
  all_alarms = concat(values(aws_cloudwatch_metric_alarm.metric), [aws_cloudwatch_metric_alarm.errors], aws_cloudwatch_metric_alarm.tasks_missing)
}
