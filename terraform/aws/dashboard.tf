# The guide's four widgets (7.1), with the alarms above them.

locals {
  widgets = [
    {
      title = "ECS CPU and memory"
      metrics = [
        ["AWS/ECS", "CPUUtilization", "ClusterName", aws_ecs_cluster.main.name, "ServiceName", local.service_name, { label = "CPU %" }],
        ["AWS/ECS", "MemoryUtilization", "ClusterName", aws_ecs_cluster.main.name, "ServiceName", local.service_name, { label = "Memory %" }],
      ]
    },
    {
      title = "Requests and latency"
      metrics = [
        ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", aws_lb.main.arn_suffix, { stat = "Sum", label = "Requests" }],
        ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", aws_lb.main.arn_suffix, { stat = "Sum", label = "5XX" }],
        ["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", aws_lb.main.arn_suffix, { stat = "p95", label = "p95 seconds", yAxis = "right" }],
      ]
    },
    {
      title = "Database connections"
      metrics = [
        ["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", aws_db_instance.main.identifier, { label = "Connections" }],
        ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", aws_db_instance.main.identifier, { label = "CPU %", yAxis = "right" }],
      ]
    },
    {
      title = "Cache hit rate"
      metrics = concat(
        [[{ expression = "100*hits/(hits+misses)", label = "Hit rate %", id = "rate" }]],
        [
          ["AWS/ElastiCache", "CacheHits", "CacheClusterId", local.cache_members[0], { stat = "Sum", id = "hits", visible = false }],
          ["AWS/ElastiCache", "CacheMisses", "CacheClusterId", local.cache_members[0], { stat = "Sum", id = "misses", visible = false }],
          ["AWS/ElastiCache", "Evictions", "CacheClusterId", local.cache_members[0], { stat = "Sum", label = "Evictions", yAxis = "right" }],
        ],
      )
    },
  ]
}

resource "aws_cloudwatch_dashboard" "main" {
  count = var.dashboard_enabled ? 1 : 0

  dashboard_name = "${local.prefix}-dashboard"

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "alarm"
        x          = 0
        y          = 0
        width      = 24
        height     = 3
        properties = { title = "Alarms", alarms = local.all_alarms[*].arn }
      }],
      [for number, widget in local.widgets : {
        type   = "metric"
        x      = number % 2 * 12
        y      = 3 + floor(number / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = widget.title
          region  = var.aws_region
          view    = "timeSeries"
          stat    = "Average"
          period  = 60
          metrics = widget.metrics
        }
      }],
    )
  })
}

moved {
  from = aws_cloudwatch_dashboard.main
  to   = aws_cloudwatch_dashboard.main[0]
}
