# One environment, planned offline: the provider knows no account, what it would read is overridden, and so is what AWS
# would have given names to. (Terraform cannot mock a provider whole while a configuration holds ephemeral values.)

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_availability_zones.available
  values = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
}

override_resource {
  target          = aws_secretsmanager_secret.inputs
  override_during = plan
  values          = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/inputs-AbCdEf" }
}

override_resource {
  target          = aws_secretsmanager_secret.database
  override_during = plan
  values          = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/database-AbCdEf" }
}

override_resource {
  target          = aws_ecr_repository.app
  override_during = plan
  values = {
    arn            = "arn:aws:ecr:us-east-1:123456789012:repository/tria-aibpo-staging"
    repository_url = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tria-aibpo-staging"
  }
}

override_resource {
  target          = aws_lb.main
  override_during = plan
  values = {
    arn        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/tria-aibpo-staging-alb/0123456789abcdef"
    arn_suffix = "app/tria-aibpo-staging-alb/0123456789abcdef"
    dns_name   = "tria-aibpo-staging-alb-123456789.us-east-1.elb.amazonaws.com"
    zone_id    = "Z35SXDOTRQ7X7K"
  }
}

override_resource {
  target          = aws_lb_target_group.app
  override_during = plan
  values = {
    arn        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tria-aibpo-staging-tg/0123456789abcdef"
    arn_suffix = "targetgroup/tria-aibpo-staging-tg/0123456789abcdef"
  }
}

override_resource {
  target          = aws_db_instance.main
  override_during = plan
  values          = { address = "tria-aibpo-staging-db.abcdefghijkl.us-east-1.rds.amazonaws.com", port = 5432 }
}

override_resource {
  target          = aws_elasticache_replication_group.main
  override_during = plan
  values          = { primary_endpoint_address = "master.tria-aibpo-staging-redis.abcdef.use1.cache.amazonaws.com" }
}

override_resource {
  target          = aws_vpc.main
  override_during = plan
  values          = { id = "vpc-1" }
}

override_resource {
  target          = aws_security_group.alb
  override_during = plan
  values          = { id = "sg-alb" }
}

override_resource {
  target          = aws_security_group.app
  override_during = plan
  values          = { id = "sg-app" }
}

override_resource {
  target          = aws_security_group.rds
  override_during = plan
  values          = { id = "sg-rds" }
}

override_resource {
  target          = aws_security_group.redis
  override_during = plan
  values          = { id = "sg-redis" }
}

override_resource {
  target          = aws_security_group.endpoints
  override_during = plan
  values          = { id = "sg-endpoints" }
}

override_resource {
  target          = aws_subnet.public
  override_during = plan
  values          = { id = "subnet-public" }
}

override_resource {
  target          = aws_subnet.private
  override_during = plan
  values          = { id = "subnet-private" }
}

override_resource {
  target          = aws_cloudwatch_log_group.app
  override_during = plan
  values          = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/tria-aibpo-staging" }
}

override_resource {
  target          = aws_cloudwatch_log_group.exec
  override_during = plan
  values          = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/tria-aibpo-staging/exec" }
}

override_resource {
  target          = aws_sns_topic.alerts
  override_during = plan
  values          = { arn = "arn:aws:sns:us-east-1:123456789012:tria-aibpo-staging-alerts" }
}

override_resource {
  target          = aws_cloudwatch_metric_alarm.metric
  override_during = plan
  values          = { arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:metric" }
}

override_resource {
  target          = aws_cloudwatch_metric_alarm.errors
  override_during = plan
  values          = { arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors" }
}

override_resource {
  target          = aws_cloudwatch_metric_alarm.tasks_missing
  override_during = plan
  values          = { arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:tasks-missing" }
}

override_resource {
  target          = aws_iam_role.execution
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/tria-aibpo-staging-execution" }
}

override_resource {
  target          = aws_iam_role.task
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/tria-aibpo-staging-task" }
}

override_resource {
  target          = aws_ecs_task_definition.app
  override_during = plan
  values          = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/tria-aibpo-staging-task:1" }
}

override_resource {
  target          = aws_vpc_endpoint.s3
  override_during = plan
  values          = { prefix_list_id = "pl-s3" }
}

override_resource {
  target          = aws_nat_gateway.main
  override_during = plan
  values          = { id = "nat-1" }
}

override_resource {
  target          = aws_s3_bucket.access_logs
  override_during = plan
  values          = { id = "tria-aibpo-production-123456789012-alb-logs", arn = "arn:aws:s3:::tria-aibpo-production-123456789012-alb-logs" }
}

run "names_and_outputs_are_the_guides" {
  command = plan

  assert {
    condition     = aws_ecs_cluster.main.name == "tria-aibpo-staging-cluster" && aws_ecs_service.app.name == "tria-aibpo-staging-service" && aws_ecs_task_definition.app.family == "tria-aibpo-staging-task"
    error_message = "Cluster, service or task family is not called as in the guide."
  }

  assert {
    condition     = aws_lb.main.name == "tria-aibpo-staging-alb" && aws_lb_target_group.app.name == "tria-aibpo-staging-tg"
    error_message = "Load balancer or target group is not called as in the guide."
  }

  assert {
    condition     = aws_ecr_repository.app.name == "tria-aibpo-staging" && aws_cloudwatch_log_group.app.name == "/ecs/tria-aibpo-staging"
    error_message = "Repository or log group is not called as in the guide."
  }

  assert {
    condition     = aws_db_instance.main.identifier == "tria-aibpo-staging-db" && aws_elasticache_replication_group.main.replication_group_id == "tria-aibpo-staging-redis"
    error_message = "Database or cache is not called as runbooks/aws/stack.ts says."
  }

  assert {
    condition     = aws_secretsmanager_secret.inputs[0].name == "tria-aibpo-staging/inputs" && aws_secretsmanager_secret.database.name == "tria-aibpo-staging/database"
    error_message = "The secrets are not called as runbooks/aws/stack.ts says."
  }

  assert {
    condition     = aws_sns_topic.alerts.name == "tria-aibpo-staging-alerts" && aws_cloudwatch_dashboard.main[0].dashboard_name == "tria-aibpo-staging-dashboard"
    error_message = "Topic or dashboard is not called as runbooks/aws/stack.ts says."
  }

  assert {
    condition     = output.alb_url == "http://tria-aibpo-staging-alb-123456789.us-east-1.elb.amazonaws.com"
    error_message = "alb_url: ${output.alb_url}"
  }

  assert {
    condition     = output.ecr_repository_url == "123456789012.dkr.ecr.us-east-1.amazonaws.com/tria-aibpo-staging"
    error_message = "ecr_repository_url: ${output.ecr_repository_url}"
  }

  assert {
    condition     = nonsensitive(output.database_url) == "postgres://tria_admin:<password>@tria-aibpo-staging-db.abcdefghijkl.us-east-1.rds.amazonaws.com:5432/tria?sslmode=verify-full"
    error_message = "database_url: ${nonsensitive(output.database_url)}"
  }

  assert {
    condition     = output.redis_primary_endpoint == "master.tria-aibpo-staging-redis.abcdef.use1.cache.amazonaws.com" && output.rds_security_group_id == "sg-rds"
    error_message = "redis_primary_endpoint or rds_security_group_id is wrong."
  }

  assert {
    condition = output.deployment_summary == {
      app_url     = "http://tria-aibpo-staging-alb-123456789.us-east-1.elb.amazonaws.com"
      docs_url    = "http://tria-aibpo-staging-alb-123456789.us-east-1.elb.amazonaws.com/docs"
      environment = "staging"
      health_url  = "http://tria-aibpo-staging-alb-123456789.us-east-1.elb.amazonaws.com/health"
      region      = "us-east-1"
    }
    error_message = "deployment_summary: ${jsonencode(output.deployment_summary)}"
  }

  assert {
    condition     = output.useful_commands.get_ecr_login == "aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com"
    error_message = "get_ecr_login: ${output.useful_commands.get_ecr_login}"
  }

  assert {
    condition     = alltrue([for command in values(output.useful_commands) : !can(regex("[<>\n]", command))])
    error_message = "A useful command has a place to fill in, so it does not work as printed."
  }

  assert {
    condition     = strcontains(output.useful_commands.list_tasks, "--service-name tria-aibpo-staging-service")
    error_message = "list_tasks lists the tasks of the whole cluster."
  }

  assert {
    condition     = output.cluster_name == "tria-aibpo-staging-cluster" && output.service_name == "tria-aibpo-staging-service" && output.task_family == "tria-aibpo-staging-task" && output.container_name == "tria-aibpo-backend" && output.log_group == "/ecs/tria-aibpo-staging" && output.account_id == "123456789012"
    error_message = "An output of names differs from runbooks/aws/stack.ts."
  }

  assert {
    condition     = output.ecs_security_group_id == "sg-app" && output.assign_public_ip == false && length(output.private_subnet_ids) == 2 && output.task_subnet_ids == output.private_subnet_ids
    error_message = "An output of the tasks' network is wrong."
  }

  assert {
    condition     = contains(output.alarm_names, "tria-aibpo-staging-alb-5xx-high") && length(output.alarm_names) == length(distinct(output.alarm_names))
    error_message = "alarm_names: ${jsonencode(output.alarm_names)}"
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 2 && length(aws_eip.nat) == 2 && length(aws_route.nat) == 2 && length(aws_vpc_endpoint.interface) == 0
    error_message = "per_az is not one NAT gateway, address and route a zone."
  }
}

run "tasks_hold_no_secret_and_can_what_they_must" {
  command = plan

  variables {
    db_password    = "a-password-of-the-test"
    secret_key     = "a-signing-key-of-the-test-0123456789"
    openai_api_key = "sk-a-key-of-the-test-0123"
  }

  assert {
    condition     = !strcontains(aws_ecs_task_definition.app.container_definitions, "of-the-test")
    error_message = "A secret's value is in the task definition."
  }

  assert {
    condition = { for each in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets : each.name => each.valueFrom } == {
      ADMIN_TOKEN    = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/inputs-AbCdEf:admin_token::"
      DATABASE_URL   = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/database-AbCdEf:DATABASE_URL::"
      OPENAI_API_KEY = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/inputs-AbCdEf:openai_api_key::"
      SECRET_KEY     = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/inputs-AbCdEf:secret_key::"
    }
    error_message = "The task's secrets are not references to the two secrets."
  }

  assert {
    condition = { for each in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : each.name => each.value } == {
      ENVIRONMENT        = "staging"
      LOG_LEVEL          = "info"
      OPENAI_MODEL       = "gpt-4o-mini"
      PORT               = "8080"
      REDIS_URL          = "rediss://master.tria-aibpo-staging-redis.abcdef.use1.cache.amazonaws.com:6379"
      TRUSTED_PROXY_HOPS = "1"
    }
    error_message = "The task's plain environment is not what the server is told, and nothing else."
  }

  assert {
    condition     = aws_db_instance.main.password == null && aws_db_instance.main.password_wo_version == 1 && aws_secretsmanager_secret_version.database.secret_string_wo_version == 1 && aws_secretsmanager_secret_version.inputs[0].secret_string_wo_version == 1
    error_message = "The database's password is not write-only, or the versions differ."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].readonlyRootFilesystem && jsondecode(aws_ecs_task_definition.app.container_definitions)[0].user == "1000" && jsondecode(aws_ecs_task_definition.app.container_definitions)[0].linuxParameters.initProcessEnabled
    error_message = "The container may write its root file system, is root, or has no init (CKV_AWS_336)."
  }

  assert {
    condition     = !can(jsondecode(aws_ecs_task_definition.app.container_definitions)[0].privileged) && aws_ecs_task_definition.app.network_mode == "awsvpc" && aws_ecs_task_definition.app.pid_mode == null
    error_message = "The container is privileged or shares the host (CKV_AWS_334, 335)."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].healthCheck.command == ["CMD", "bun", "main.js", "health"] && jsondecode(aws_ecs_task_definition.app.container_definitions)[0].stopTimeout == 30
    error_message = "The health check or the stop timeout is not the image's."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].image == "123456789012.dkr.ecr.us-east-1.amazonaws.com/tria-aibpo-staging:staging-initial"
    error_message = "The template's image is not <repository>:<environment>-initial."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].logConfiguration.options["awslogs-group"] == "/ecs/tria-aibpo-staging"
    error_message = "The container does not log to the environment's log group (CKV_AWS_249)."
  }

  assert {
    condition     = aws_ecs_task_definition.app.execution_role_arn != aws_ecs_task_definition.app.task_role_arn
    error_message = "Starting tasks and being one is the same role (CKV_AWS_249)."
  }

  assert {
    condition     = aws_ecs_task_definition.app.track_latest == false && aws_ecs_task_definition.app.skip_destroy == true
    error_message = "Terraform would follow, or deregister, revisions that deploy made."
  }

  assert {
    condition = { for name, rule in aws_vpc_security_group_ingress_rule.conversation : name => [rule.referenced_security_group_id, rule.security_group_id, rule.from_port, rule.to_port] } == {
      alb_to_app   = ["sg-alb", "sg-app", 8080, 8080]
      app_to_rds   = ["sg-app", "sg-rds", 5432, 5432]
      app_to_redis = ["sg-app", "sg-redis", 6379, 6379]
    }
    error_message = "Who is let in is not: the load balancer into tasks, tasks into database and cache, by group."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.conversation : rule.cidr_ipv4 == null])
    error_message = "A group inside the VPC is opened by address."
  }

  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.internet_to_alb) == ["80 from 0.0.0.0/0"]
    error_message = "The load balancer admits another port than 80 without a certificate."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "A subnet gives out public addresses by itself (CKV_AWS_130)."
  }

  assert {
    condition = { for statement in data.aws_iam_policy_document.execution.statement : statement.sid => statement.resources } == {
      RegistrySignIn = toset(["*"])
      Image          = toset(["arn:aws:ecr:us-east-1:123456789012:repository/tria-aibpo-staging"])
      Logs           = toset(["arn:aws:logs:us-east-1:123456789012:log-group:/ecs/tria-aibpo-staging:*"])
      Secrets = toset([
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/inputs-AbCdEf",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/database-AbCdEf",
      ])
    }
    error_message = "The execution role reaches more, or less, than this repository, log group and these two secrets."
  }

  assert {
    condition     = alltrue([for action in flatten([for statement in data.aws_iam_policy_document.execution.statement : tolist(statement.actions)]) : !strcontains(action, "*")])
    error_message = "The execution role has a wildcard action."
  }

  assert {
    condition     = toset([for action in flatten([for statement in data.aws_iam_policy_document.task[0].statement : tolist(statement.actions)]) : split(":", action)[0]]) == toset(["ssmmessages", "logs"])
    error_message = "The task role is not for execute-command alone."
  }

  assert {
    condition     = strcontains(data.aws_iam_policy_document.tasks_assume.json, "aws:SourceAccount")
    error_message = "Another account's ECS could borrow the roles."
  }
}

run "staging_is_safe_cheap_and_watched" {
  command = plan

  assert {
    condition     = aws_db_instance.main.storage_encrypted && aws_db_instance.main.storage_type == "gp3" && !aws_db_instance.main.publicly_accessible && aws_db_instance.main.auto_minor_version_upgrade && aws_db_instance.main.copy_tags_to_snapshot && aws_db_instance.main.iam_database_authentication_enabled
    error_message = "The database is not encrypted, private, kept up to date or tagged (CKV_AWS_16, 17, 161, 226)."
  }

  assert {
    condition     = one([for parameter in aws_db_parameter_group.main.parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "The database accepts connections without TLS."
  }

  assert {
    condition     = aws_db_instance.main.backup_retention_period == 1 && !aws_db_instance.main.multi_az && !aws_db_instance.main.deletion_protection && aws_db_instance.main.skip_final_snapshot && aws_db_instance.main.final_snapshot_identifier == null && !aws_db_instance.main.performance_insights_enabled && aws_db_instance.main.monitoring_interval == 0
    error_message = "Staging's database has production's protections, or no backups at all (CKV_AWS_133)."
  }

  assert {
    condition     = toset(aws_db_instance.main.enabled_cloudwatch_logs_exports) == toset(["postgresql", "upgrade"])
    error_message = "The database's logs are not exported (CKV_AWS_129)."
  }

  assert {
    condition     = tobool(aws_elasticache_replication_group.main.at_rest_encryption_enabled) && aws_elasticache_replication_group.main.transit_encryption_enabled && aws_elasticache_replication_group.main.num_cache_clusters == 1 && !aws_elasticache_replication_group.main.automatic_failover_enabled
    error_message = "The cache is not encrypted (CKV_AWS_29, 30), or has replicas in staging."
  }

  assert {
    condition     = aws_ecr_repository.app.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.app.image_scanning_configuration[0].scan_on_push && aws_ecr_repository.app.encryption_configuration[0].encryption_type == "KMS" && aws_ecr_repository.app.force_delete
    error_message = "The registry is mutable, unscanned or unencrypted (CKV_AWS_51, 136, 163)."
  }

  assert {
    condition     = aws_secretsmanager_secret.database.recovery_window_in_days == 0 && aws_cloudwatch_log_group.app.retention_in_days == 30
    error_message = "A destroyed staging could not be made again at once, or its logs are kept for ever."
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.app.policy).rules[0].selection == { tagStatus = "tagged", tagPrefixList = ["deployed-"], countType = "imageCountMoreThan", countNumber = 100 }
    error_message = "The first rule does not put deployed images out of the others' reach."
  }

  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.app.policy).rules : rule.selection.tagStatus if try(rule.selection.countType, "") == "sinceImagePushed"] == ["untagged"]
    error_message = "An image goes by its age although a tag names it."
  }

  assert {
    condition     = aws_ecs_service.app.deployment_circuit_breaker[0].enable && aws_ecs_service.app.deployment_circuit_breaker[0].rollback
    error_message = "The circuit breaker does not roll back."
  }

  assert {
    condition     = aws_ecs_service.app.deployment_minimum_healthy_percent == 100 && aws_ecs_service.app.deployment_maximum_percent == 200 && aws_ecs_service.app.health_check_grace_period_seconds == 60 && aws_ecs_service.app.availability_zone_rebalancing == "ENABLED"
    error_message = "A deployment would go below the wanted count, or hurry its health checks."
  }

  assert {
    condition     = aws_ecs_service.app.force_new_deployment && aws_ecs_service.app.propagate_tags == "SERVICE" && aws_ecs_service.app.enable_ecs_managed_tags && aws_ecs_service.app.enable_execute_command && aws_ecs_service.app.desired_count == 2
    error_message = "The service could be replaced for its capacity, or lacks tags or execute-command."
  }

  assert {
    condition     = aws_ecs_service.app.task_definition == "arn:aws:ecs:us-east-1:123456789012:task-definition/tria-aibpo-staging-task:1"
    error_message = "The service does not begin with the template."
  }

  assert {
    condition     = [for each in aws_ecs_service.app.capacity_provider_strategy : each.capacity_provider] == ["FARGATE"]
    error_message = "Without Spot the service is not on Fargate on demand."
  }

  assert {
    condition     = toset(aws_ecs_cluster_capacity_providers.main.capacity_providers) == toset(["FARGATE", "FARGATE_SPOT"]) && one(aws_ecs_cluster.main.setting).value == "disabled" && aws_ecs_cluster.main.configuration[0].execute_command_configuration[0].logging == "OVERRIDE"
    error_message = "The cluster lacks a capacity provider or the record of execute-command (CKV_AWS_223), or pays for Container Insights in staging."
  }

  assert {
    condition     = aws_appautoscaling_target.app[0].min_capacity == 2 && aws_appautoscaling_target.app[0].max_capacity == 4 && aws_appautoscaling_target.app[0].resource_id == "service/tria-aibpo-staging-cluster/tria-aibpo-staging-service" && length(aws_appautoscaling_target.scheduled) == 0 && length(aws_appautoscaling_scheduled_action.night) == 0
    error_message = "Autoscaling is not between 2 and 4 on the service, or has a schedule nobody asked for."
  }

  assert {
    condition     = { for name, policy in aws_appautoscaling_policy.use : policy.name => one(policy.target_tracking_scaling_policy_configuration).target_value } == { tria-aibpo-staging-cpu = 70, tria-aibpo-staging-memory = 80 }
    error_message = "Autoscaling does not aim at the guide's 70 % CPU and 80 % memory."
  }

  assert {
    condition     = aws_lb_target_group.app.port == 8080 && aws_lb_target_group.app.target_type == "ip" && aws_lb_target_group.app.health_check[0].path == "/health" && aws_lb_target_group.app.health_check[0].interval == 10 && aws_lb_target_group.app.health_check[0].healthy_threshold == 2 && tonumber(aws_lb_target_group.app.deregistration_delay) == 15
    error_message = "The target group does not check /health on 8080 every ten seconds, or drains for longer than 15."
  }

  assert {
    condition     = aws_lb.main.drop_invalid_header_fields && aws_lb.main.desync_mitigation_mode == "defensive" && !aws_lb.main.internal && !aws_lb.main.enable_deletion_protection
    error_message = "The load balancer passes invalid headers (CKV_AWS_131, 328)."
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "forward" && aws_lb_listener.http.port == 80 && length(aws_lb_listener.https) == 0
    error_message = "Without a certificate port 80 does not forward."
  }

  assert {
    condition     = aws_lb.main.tags == null
    error_message = "A load balancer without a domain is tagged with one."
  }

  assert {
    condition = [for name in ["ecs-cpu-high", "ecs-memory-high", "rds-cpu-high", "redis-evictions-1"] :
      [aws_cloudwatch_metric_alarm.metric[name].threshold, aws_cloudwatch_metric_alarm.metric[name].statistic, aws_cloudwatch_metric_alarm.metric[name].period]
    ] == [[70, "Average", 300], [80, "Average", 300], [80, "Average", 300], [100, "Sum", 60]]
    error_message = "A threshold of the guide's table 7.2 is another."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.metric["ecs-cpu-high"].dimensions == tomap({ ClusterName = "tria-aibpo-staging-cluster", ServiceName = "tria-aibpo-staging-service" }) && aws_cloudwatch_metric_alarm.metric["redis-evictions-1"].dimensions == tomap({ CacheClusterId = "tria-aibpo-staging-redis-001" })
    error_message = "An alarm watches dimensions that have no data."
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.errors.metric_query : query.expression if query.return_data == true]) == "IF(req>20, 100*(FILL(t5,0)+FILL(e5,0))/req, 0)" && aws_cloudwatch_metric_alarm.errors.threshold == 1
    error_message = "The 5XX alarm is not a share with a floor of traffic."
  }

  assert {
    condition     = alltrue([for alarm in local.all_alarms : alarm.actions_enabled && toset(alarm.alarm_actions) == toset([output.sns_topic_arn]) && toset(alarm.ok_actions) == toset([output.sns_topic_arn])])
    error_message = "An alarm goes off, or ends, unheard (CKV_AWS_319)."
  }

  assert {
    condition     = [for widget in jsondecode(aws_cloudwatch_dashboard.main[0].dashboard_body).widgets : widget.properties.title] == ["Alarms", "ECS CPU and memory", "Requests and latency", "Database connections", "Cache hit rate"]
    error_message = "The dashboard lacks one of the guide's four widgets."
  }

  assert {
    condition     = contains(one(data.aws_iam_policy_document.alerts.statement[0].principals).identifiers, "cloudwatch.amazonaws.com") && one(data.aws_iam_policy_document.alerts.statement[0].condition).variable == "aws:SourceAccount" && length(aws_sns_topic_subscription.email) == 0
    error_message = "The topic does not hear CloudWatch, or hears other accounts' (CKV_AWS_169, 385)."
  }

  assert {
    condition     = aws_budgets_budget.monthly[0].limit_amount == "200" && length([for each in aws_budgets_budget.monthly[0].notification : each if contains(each.subscriber_sns_topic_arns, output.sns_topic_arn)]) == 2
    error_message = "The budget is not 200 dollars, or nobody hears of it."
  }

  assert {
    condition     = one(one(aws_budgets_budget.monthly[0].cost_filter).values) == "user:Environment$staging"
    error_message = "The budget counts what is tagged with something else than the environment's name."
  }
}

run "production_is_protected" {
  command = plan

  variables {
    environment     = "production"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    domain_name     = "chat.example.com"
  }

  assert {
    condition     = aws_db_instance.main.multi_az && aws_db_instance.main.deletion_protection && !aws_db_instance.main.skip_final_snapshot && aws_db_instance.main.backup_retention_period == 7 && aws_db_instance.main.performance_insights_enabled && aws_db_instance.main.monitoring_interval == 60
    error_message = "Production's database is unprotected (CKV_AWS_118, 133, 157, 293, 353)."
  }

  assert {
    condition     = aws_lb.main.enable_deletion_protection && aws_lb.main.access_logs[0].enabled && aws_lb.main.access_logs[0].bucket == "tria-aibpo-production-123456789012-alb-logs"
    error_message = "Production's load balancer can be deleted, or keeps no access logs (CKV_AWS_91, 150)."
  }

  assert {
    condition     = aws_elasticache_replication_group.main.num_cache_clusters == 2 && aws_elasticache_replication_group.main.automatic_failover_enabled && aws_elasticache_replication_group.main.multi_az_enabled && toset([for name in keys(aws_cloudwatch_metric_alarm.metric) : name if startswith(name, "redis-evictions")]) == toset(["redis-evictions-1", "redis-evictions-2"])
    error_message = "Production's cache has no replica, or nobody watches it."
  }

  assert {
    condition     = one(aws_ecs_cluster.main.setting).value == "enabled" && length(aws_cloudwatch_metric_alarm.tasks_missing) == 1
    error_message = "Production has no Container Insights (CKV_AWS_65), or no alarm on missing tasks."
  }

  assert {
    condition     = aws_secretsmanager_secret.database.recovery_window_in_days == 30 && !aws_ecr_repository.app.force_delete && !aws_s3_bucket.access_logs[0].force_destroy
    error_message = "Destroying production leaves no way back to its secrets, images or logs."
  }

  assert {
    condition     = startswith(output.alb_url, "https://") && aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301" && aws_lb_listener.https[0].port == 443 && startswith(aws_lb_listener.https[0].ssl_policy, "ELBSecurityPolicy-TLS13") && length(aws_vpc_security_group_ingress_rule.internet_to_alb) == 2
    error_message = "With a certificate port 80 does not redirect to 443 (CKV_AWS_2)."
  }
}

run "production_protections_can_be_lifted" {
  command = plan

  variables {
    environment                     = "production"
    certificate_arn                 = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    domain_name                     = "chat.example.com"
    deletion_protection             = false
    db_multi_az                     = false
    db_final_snapshot               = false
    db_backup_retention_days        = 14
    db_performance_insights_enabled = false
    db_monitoring_interval          = 0
    redis_replicas                  = 0
    container_insights              = "disabled"
    alb_access_logs_enabled         = false
    ecr_force_delete                = true
    secret_recovery_days            = 7
  }

  assert {
    condition     = !aws_db_instance.main.multi_az && !aws_db_instance.main.deletion_protection && aws_db_instance.main.skip_final_snapshot && aws_db_instance.main.backup_retention_period == 14 && !aws_db_instance.main.performance_insights_enabled && length(aws_iam_role.monitoring) == 0 && length(aws_s3_bucket.access_logs) == 0 && aws_elasticache_replication_group.main.num_cache_clusters == 1 && one(aws_ecs_cluster.main.setting).value == "disabled" && aws_ecr_repository.app.force_delete && aws_secretsmanager_secret.database.recovery_window_in_days == 7 && !aws_lb.main.enable_deletion_protection
    error_message = "A variable does not overrule what production defaults to."
  }
}

run "production_without_https_is_warned_of" {
  command = plan

  variables {
    environment = "production"
  }

  expect_failures = [check.https_in_production]
}

run "nat_single_in_three_zones" {
  command = plan

  variables {
    nat_gateway_mode        = "single"
    availability_zone_count = 3
    vpc_cidr                = "172.16.0.0/20"
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 1 && length(aws_eip.nat) == 1 && length(aws_route.nat) == 3
    error_message = "single is not one NAT gateway that every zone's route leads to."
  }

  assert {
    condition     = aws_subnet.public[*].cidr_block == ["172.16.0.0/24", "172.16.1.0/24", "172.16.2.0/24"] && aws_subnet.private[*].cidr_block == ["172.16.8.0/24", "172.16.9.0/24", "172.16.10.0/24"]
    error_message = "The subnets are not sixteenths of vpc_cidr."
  }
}

run "nat_none_gives_tasks_public_addresses" {
  command = plan

  variables {
    nat_gateway_mode = "none"
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 0 && length(aws_eip.nat) == 0 && length(aws_route.nat) == 0
    error_message = "none leaves a NAT gateway, an address or a route."
  }

  assert {
    condition     = aws_ecs_service.app.network_configuration[0].assign_public_ip && toset(aws_ecs_service.app.network_configuration[0].subnets) == toset(["subnet-public"]) && output.assign_public_ip
    error_message = "Without NAT and endpoints tasks are not in the public subnets with an address."
  }
}

run "nat_none_with_endpoints_cannot_reach_openai" {
  command = plan

  variables {
    nat_gateway_mode            = "none"
    interface_endpoints_enabled = true
  }

  expect_failures = [check.tasks_reach_openai]
}

run "endpoints_with_a_model_inside_the_vpc" {
  command = plan

  variables {
    nat_gateway_mode            = "none"
    interface_endpoints_enabled = true
    openai_base_url             = "http://model.internal:8000/v1"
    openai_fallback_model       = "gpt-4o"
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages"])
    error_message = "An endpoint that tasks need is missing."
  }

  assert {
    condition     = !aws_ecs_service.app.network_configuration[0].assign_public_ip && length(aws_vpc_security_group_egress_rule.app_to_internet) == 0 && aws_vpc_security_group_egress_rule.app_to_s3[0].prefix_list_id == "pl-s3" && aws_vpc_security_group_ingress_rule.conversation["app_to_endpoints"].referenced_security_group_id == "sg-app"
    error_message = "Isolated tasks may speak to the internet, or not to their endpoints."
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.app_to_model : [rule.cidr_ipv4, rule.from_port, rule.to_port]] == [["10.0.0.0/16", 8000, 8000]]
    error_message = "No rule lets the tasks out to the model inside the VPC, at its port and no further."
  }

  assert {
    condition     = contains(jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment, { name = "OPENAI_BASE_URL", value = "http://model.internal:8000/v1" }) && contains(jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment, { name = "OPENAI_FALLBACK_MODEL", value = "gpt-4o" })
    error_message = "The server is not told of its model's address, or of the fallback."
  }
}

run "a_model_inside_the_vpc_behind_https_keeps_its_way_without_nat" {
  command = plan

  variables {
    nat_gateway_mode            = "none"
    interface_endpoints_enabled = true
    openai_base_url             = "https://model.internal/v1"
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.app_to_model : [rule.cidr_ipv4, rule.from_port]] == [["10.0.0.0/16", 443]]
    error_message = "Without a way to the internet no rule lets the tasks out to the model."
  }
}

run "a_model_at_a_port_of_its_own_is_let_through" {
  command = plan

  variables {
    openai_base_url = "http://gateway.example.com:4000/v1"
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.app_to_model : [rule.cidr_ipv4, rule.from_port]] == [["0.0.0.0/0", 4000]]
    error_message = "The rule for HTTPS alone does not let the tasks out to the model."
  }
}

run "a_model_that_https_reaches_needs_no_rule_of_its_own" {
  command = plan

  variables {
    openai_base_url = "https://gateway.example.com/v1"
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.app_to_model) == 0 && length(aws_vpc_security_group_egress_rule.app_to_internet) == 1
    error_message = "One rule lets HTTPS out, and one is enough."
  }
}

run "tasks_without_any_way_are_refused" {
  command = plan

  variables {
    nat_gateway_mode = "none"
    task_public_ip   = false
    openai_base_url  = "http://model.internal:8000/v1"
  }

  expect_failures = [aws_ecs_service.app]
}

run "spot_keeps_one_on_demand_and_arm_is_small" {
  command = plan

  variables {
    fargate_spot_enabled      = true
    cpu_architecture          = "ARM64"
    ecs_task_cpu              = "256"
    ecs_task_memory           = "512"
    ecs_service_desired_count = 1
    log_level                 = "debug"
  }

  assert {
    condition     = { for each in aws_ecs_service.app.capacity_provider_strategy : each.capacity_provider => [each.base, each.weight] } == { FARGATE = [1, 0], FARGATE_SPOT = [0, 1] }
    error_message = "Spot does not leave one task on demand."
  }

  assert {
    condition     = aws_ecs_task_definition.app.runtime_platform[0].cpu_architecture == "ARM64" && aws_ecs_task_definition.app.cpu == "256" && aws_ecs_task_definition.app.memory == "512" && aws_appautoscaling_target.app[0].min_capacity == 1
    error_message = "The guide's right-sized task is not what is planned."
  }
}

run "schedule_has_a_way_back_up" {
  command = plan

  variables {
    schedule_enabled   = true
    schedule_time_zone = "Europe/Berlin"
  }

  assert {
    condition     = length(aws_appautoscaling_target.app) == 0 && length(aws_appautoscaling_target.scheduled) == 1
    error_message = "Terraform would reset by night what the schedule has set."
  }

  assert {
    condition = { for name, action in aws_appautoscaling_scheduled_action.night : name => [action.schedule, action.timezone, action.scalable_target_action[0].min_capacity, action.scalable_target_action[0].max_capacity] } == {
      down = ["cron(0 21 * * ? *)", "Europe/Berlin", "1", "4"]
      up   = ["cron(0 6 * * ? *)", "Europe/Berlin", "2", "4"]
    }
    error_message = "The schedule does not go down to 1 and back up to 2, in its time zone."
  }
}

run "firewall_names_notifications_and_key" {
  command = plan

  variables {
    waf_enabled     = true
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    domain_name     = "chat.example.com"
    hosted_zone_id  = "Z0123456789ABCDEFGHIJ"
    alarm_email     = "oncall@example.com"
    kms_key_arn     = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"

    slack_workspace_id        = "T07EA123LEP"
    slack_channel_id          = "C07EZ1ABC23"
    pagerduty_integration_url = "https://events.eu.pagerduty.com/integration/0123456789abcdef/enqueue"
  }

  assert {
    condition     = aws_sns_topic_subscription.email[0].topic_arn == aws_sns_topic.alerts.arn && aws_sns_topic_subscription.pagerduty[0].protocol == "https" && aws_sns_topic_subscription.pagerduty[0].endpoint_auto_confirms && aws_sns_topic_subscription.pagerduty[0].topic_arn == aws_sns_topic.alerts.arn
    error_message = "Alarms do not reach e-mail and PagerDuty."
  }

  assert {
    condition     = aws_chatbot_slack_channel_configuration.alerts[0].slack_channel_id == "C07EZ1ABC23" && toset(aws_chatbot_slack_channel_configuration.alerts[0].sns_topic_arns) == toset([aws_sns_topic.alerts.arn]) && length(aws_chatbot_slack_channel_configuration.alerts[0].guardrail_policy_arns) == 1
    error_message = "Alarms do not reach Slack, or whoever is in the channel may do anything."
  }

  assert {
    condition     = contains([for rule in aws_wafv2_web_acl.main[0].rule : rule.name], "AWSManagedRulesKnownBadInputsRuleSet") && contains([for rule in aws_wafv2_web_acl.main[0].rule : rule.name], "rate-limit") && length(aws_wafv2_web_acl_association.main) == 1
    error_message = "The firewall has no rules (CKV_AWS_175, 192), or stands in front of nothing."
  }

  assert {
    condition     = output.alb_url == "https://chat.example.com" && aws_route53_record.app[0].name == "chat.example.com" && aws_route53_record.app[0].alias[0].name == aws_lb.main.dns_name
    error_message = "The chatbot is not found under its name."
  }

  assert {
    condition     = aws_lb.main.tags == tomap({ "tria-domain" = "chat.example.com" })
    error_message = "The runbooks do not find under which name to ask the load balancer."
  }

  # Also before the name leads there.
  assert {
    condition     = output.useful_commands.check_health == "curl --fail --silent --show-error --connect-to ::${aws_lb.main.dns_name} https://chat.example.com/health"
    error_message = "check_health: ${output.useful_commands.check_health}"
  }

  assert {
    condition     = aws_sns_topic_subscription.email[0].endpoint == "oncall@example.com"
    error_message = "Nobody is written to."
  }

  assert {
    condition     = length(distinct([var.kms_key_arn, aws_cloudwatch_log_group.app.kms_key_id, aws_db_instance.main.kms_key_id, aws_elasticache_replication_group.main.kms_key_id, aws_secretsmanager_secret.database.kms_key_id, aws_sns_topic.alerts.kms_master_key_id, aws_ecr_repository.app.encryption_configuration[0].kms_key])) == 1
    error_message = "Something stored is not encrypted with the given key (CKV_AWS_26, 149, 158, 191)."
  }

  assert {
    condition     = aws_ecs_cluster.main.configuration[0].execute_command_configuration[0].kms_key_id == var.kms_key_arn && aws_ecs_cluster.main.configuration[0].execute_command_configuration[0].log_configuration[0].cloud_watch_encryption_enabled
    error_message = "Sessions of execute-command are not encrypted with the given key (CKV_AWS_224)."
  }

  assert {
    condition     = contains(flatten([for statement in data.aws_iam_policy_document.execution.statement : tolist(statement.actions)]), "kms:Decrypt")
    error_message = "Tasks could not decrypt their secrets."
  }
}

run "everything_off" {
  command = plan

  variables {
    execute_command_enabled   = false
    monthly_budget_usd        = null
    db_max_allocated_storage  = 0
    db_instance_class         = "db.m7g.large"
    redis_engine              = "valkey"
    log_retention_days        = 7
    dashboard_enabled         = false
    answer_cache_seconds      = 1209600
    health_check_interval     = 5
    health_check_grace_period = 120
    initial_task_definition   = "arn:aws:ecs:us-east-1:123456789012:task-definition/tria-aibpo-staging-task:7"
    alb_allowed_cidrs         = ["203.0.113.0/24", "198.51.100.0/24"]
  }

  assert {
    condition     = !aws_ecs_service.app.enable_execute_command && length(aws_iam_role_policy.task) == 0 && length(aws_ecs_task_definition.app.volume) == 0 && length(aws_cloudwatch_log_group.exec) == 0 && aws_ecs_cluster.main.configuration[0].execute_command_configuration[0].logging == "NONE"
    error_message = "Without execute-command something of it is left."
  }

  assert {
    condition     = length(aws_budgets_budget.monthly) == 0 && length(aws_sns_topic_subscription.pagerduty) + length(aws_chatbot_slack_channel_configuration.alerts) == 0 && length(aws_wafv2_web_acl.main) == 0 && length(aws_route53_record.app) == 0 && !contains(keys(aws_cloudwatch_metric_alarm.metric), "rds-credits-low")
    error_message = "Something that is off is planned, or an instance without credits is watched for them."
  }

  assert {
    condition     = aws_elasticache_replication_group.main.engine == "valkey" && aws_elasticache_replication_group.main.engine_version == "8.0" && aws_cloudwatch_log_group.app.retention_in_days == 7
    error_message = "Valkey or the retention is not what was asked for."
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.main) == 0 && output.dashboard_name == null
    error_message = "There is a dashboard that nobody asked for."
  }

  assert {
    condition     = contains(jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment, { name = "CACHE_TTL_SECONDS", value = "1209600" })
    error_message = "The server is not told for how long answers are kept."
  }

  assert {
    condition     = aws_ecs_service.app.task_definition == "arn:aws:ecs:us-east-1:123456789012:task-definition/tria-aibpo-staging-task:7"
    error_message = "The service does not begin with the revision deploy names."
  }

  assert {
    condition     = aws_ecs_service.app.health_check_grace_period_seconds == 120 && aws_lb_target_group.app.health_check[0].interval == 5 && aws_lb_target_group.app.health_check[0].timeout == 4
    error_message = "Health checks are not as patient as they were asked to be, or outlast their own interval."
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.internet_to_alb)) == toset(["80 from 203.0.113.0/24", "80 from 198.51.100.0/24"])
    error_message = "Others than the allowed ranges reach the load balancer."
  }
}
