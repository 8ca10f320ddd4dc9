# The template of a task. Deploy copies its newest revision, puts in the image by digest, and runs the copy: a change
# made here reaches the tasks with the next deploy.

locals {
  environment_variables = merge({
    PORT               = tostring(local.container_port)
    ENVIRONMENT        = var.environment
    LOG_LEVEL          = var.log_level
    OPENAI_MODEL       = var.openai_model
    REDIS_URL          = "rediss://${aws_elasticache_replication_group.main.primary_endpoint_address}:${aws_elasticache_replication_group.main.port}"
    TRUSTED_PROXY_HOPS = "1"
    }, { for name, value in {
      CACHE_TTL_SECONDS     = var.answer_cache_seconds == null ? null : tostring(var.answer_cache_seconds)
      OPENAI_FALLBACK_MODEL = var.openai_fallback_model
      OPENAI_BASE_URL       = var.openai_base_url
  } : name => value if value != null })

  # By reference: the values are fetched by the execution role when a task starts.
  secret_references = {
    DATABASE_URL   = "${aws_secretsmanager_secret.database.arn}:DATABASE_URL::"
    OPENAI_API_KEY = "${local.inputs_secret}:openai_api_key::"
    SECRET_KEY     = "${local.inputs_secret}:secret_key::"
    ADMIN_TOKEN    = "${local.inputs_secret}:admin_token::"
  }

  # The root file system is read-only; the agent behind execute-command writes into these two folders.
  exec_volumes = var.execute_command_enabled ? {
    exec-agent = "/var/lib/amazon"
    exec-log   = "/var/log/amazon"
  } : {}
}

resource "aws_ecs_task_definition" "app" {
  family                   = "${local.prefix}-task"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(var.ecs_task_cpu)
  memory                   = tostring(var.ecs_task_memory)
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  track_latest             = false

  # A revision that runs, or is gone back to, is not Terraform's to deregister.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  dynamic "volume" {
    for_each = local.exec_volumes

    content {
      name = volume.key
    }
  }

  container_definitions = jsonencode([{
    name      = local.container_name
    image     = "${aws_ecr_repository.app.repository_url}:${var.environment}-initial"
    essential = true
    user      = "1000"

    portMappings = [{
      name          = "http"
      containerPort = local.container_port
      hostPort      = local.container_port
      protocol      = "tcp"
      appProtocol   = "http"
    }]

    environment = [for name in sort(keys(local.environment_variables)) : { name = name, value = local.environment_variables[name] }]
    secrets     = [for name in sort(keys(local.secret_references)) : { name = name, valueFrom = local.secret_references[name] }]

    # A new version of the secrets is a new revision, so that the next deploy starts tasks that fetch them.
    dockerLabels = { secrets-version = tostring(var.secrets_version) }

    readonlyRootFilesystem = true
    mountPoints            = [for name, path in local.exec_volumes : { sourceVolume = name, containerPath = path, readOnly = false }]
    linuxParameters        = { initProcessEnabled = true }
    stopTimeout            = 30

    healthCheck = {
      command     = ["CMD", "bun", "main.js", "health"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 30
    }

    # Logs that cannot be delivered are dropped rather than stopping the server.
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.app.name
        awslogs-region        = var.aws_region
        awslogs-stream-prefix = "app"
        mode                  = "non-blocking"
        max-buffer-size       = "8m"
      }
    }
  }])
}
