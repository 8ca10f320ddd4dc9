# The service. Terraform makes it and its settings; which revision runs is deploy's affair, how many tasks is autoscaling's.

locals {
  task_subnet_ids = local.tasks_have_public_address ? aws_subnet.public[*].id : aws_subnet.private[*].id
}

resource "aws_ecs_service" "app" {
  name            = local.service_name
  cluster         = aws_ecs_cluster.main.id
  task_definition = coalesce(var.initial_task_definition, aws_ecs_task_definition.app.arn)
  desired_count   = var.ecs_service_desired_count

  # Named here because a service's own strategy is the one that counts. ECS takes another one only with a new deployment;
  # without this line Terraform would delete the service to change it.
  dynamic "capacity_provider_strategy" {
    for_each = local.capacity

    content {
      capacity_provider = capacity_provider_strategy.value.provider
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }
  force_new_deployment = true

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"
  health_check_grace_period_seconds  = var.health_check_grace_period

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = local.task_subnet_ids
    security_groups  = [aws_security_group.app.id]
    assign_public_ip = local.tasks_have_public_address
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name   = local.container_name
    container_port   = local.container_port
  }

  enable_execute_command  = var.execute_command_enabled
  enable_ecs_managed_tags = true
  propagate_tags          = "SERVICE"

  lifecycle {
    ignore_changes = [task_definition, desired_count]

    precondition {
      condition     = local.tasks_reach_their_services
      error_message = "Tasks could not fetch their image, secrets or log group: nat_gateway_mode is \"none\", task_public_ip is false and interface_endpoints_enabled is false. Set one of the three."
    }
  }

  # A task needs all of these to start and to be found.
  depends_on = [
    aws_ecs_cluster_capacity_providers.main,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.task,
    aws_lb_listener.http,
    aws_lb_listener.https,
    aws_route.internet,
    aws_route.nat,
    aws_secretsmanager_secret_version.database,
    aws_secretsmanager_secret_version.inputs,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.app_to_internet,
    aws_vpc_security_group_egress_rule.app_to_s3,
    aws_vpc_security_group_egress_rule.conversation,
    aws_vpc_security_group_ingress_rule.conversation,
  ]
}
