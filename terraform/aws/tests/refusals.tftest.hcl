# What is refused, before anything is planned. Each run gives a wrong value to many variables at once: Terraform names
# every one of them, and a run in which one is not named fails. (A check that looks at another variable waits for that one
# to be right, which is why there is more than one such run.)

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

run "wrong_in_kind" {
  command = plan

  variables {
    aws_region                    = "mars-north-0"
    project_name                  = "tria--aibpo"
    aws_max_retries               = -1
    kms_key_arn                   = "alias/mine"
    permissions_boundary_arn      = "Boundary"
    vpc_cidr                      = "8.8.0.0/16"
    availability_zone_count       = 1
    nat_gateway_mode              = "two"
    alb_allowed_cidrs             = ["everyone"]
    secrets_arn                   = "tria-aibpo-staging/inputs"
    secrets_version               = 0
    secret_recovery_days          = 3
    db_username                   = "1admin"
    db_name                       = "my-database"
    db_engine_version             = "latest"
    db_instance_class             = "t4g.micro"
    db_allocated_storage          = 5
    db_backup_retention_days      = 36
    db_monitoring_interval        = 7
    redis_engine                  = "memcached"
    redis_engine_version          = "6.x"
    redis_node_type               = "t4g.micro"
    redis_replicas                = 6
    redis_snapshot_retention_days = -1
    ecs_task_cpu                  = 300
    cpu_architecture              = "arm"
    fargate_on_demand_base        = 0
    ecs_service_min_count         = 1.5
    autoscaling_cpu_target        = 0
    autoscaling_memory_target     = 100
    schedule_time_zone            = "CET+1"
    schedule_down                 = "21:00"
    schedule_night_min_count      = -1
    container_insights            = "on"
    log_level                     = "loud"
    openai_model                  = "the best one"
    openai_base_url               = "model.internal"
    answer_cache_seconds          = 0
    domain_name                   = "https://chat.example.com"
    deregistration_delay          = 3601
    health_check_interval         = 4
    health_check_grace_period     = 3601
    waf_rate_limit                = 1
    log_retention_days            = 31
    initial_task_definition       = "tria-aibpo-staging-task"
    alarm_email                   = "oncall"
    slack_workspace_id            = "acme"
    pagerduty_integration_url     = "http://events.pagerduty.com.example.com/integration/0123/enqueue"
    monthly_budget_usd            = 0
    ecr_untagged_days             = 0
    ecr_deployed_images           = 1
  }

  expect_failures = [
    var.aws_region, var.project_name, var.aws_max_retries, var.kms_key_arn, var.permissions_boundary_arn,
    var.vpc_cidr, var.availability_zone_count, var.nat_gateway_mode, var.alb_allowed_cidrs,
    var.secrets_arn, var.secrets_version, var.secret_recovery_days,
    var.db_username, var.db_name, var.db_engine_version, var.db_instance_class, var.db_allocated_storage,
    var.db_backup_retention_days, var.db_monitoring_interval,
    var.redis_engine, var.redis_engine_version, var.redis_node_type, var.redis_replicas, var.redis_snapshot_retention_days,
    var.ecs_task_cpu, var.cpu_architecture, var.fargate_on_demand_base, var.ecs_service_min_count,
    var.autoscaling_cpu_target, var.autoscaling_memory_target, var.schedule_time_zone, var.schedule_down,
    var.schedule_night_min_count, var.container_insights, var.log_level, var.openai_model, var.openai_base_url, var.answer_cache_seconds,
    var.domain_name, var.deregistration_delay, var.health_check_interval, var.health_check_grace_period, var.waf_rate_limit, var.log_retention_days,
    var.alarm_email, var.slack_workspace_id, var.pagerduty_integration_url, var.monthly_budget_usd, var.ecr_untagged_days, var.ecr_deployed_images, var.initial_task_definition,
  ]
}

# What `openssl rand -base64 20` gives a third of the time, and what else does not go together.
run "wrong_together" {
  command = plan

  variables {
    environment               = "Staging"
    slack_channel_id          = "C07EZ1ABC23"
    vpc_cidr                  = "10.0.0.0/24"
    db_password               = "q9/Zr2u0mQJ8vK1xYt7w+Lg="
    secret_key                = "short"
    openai_api_key            = "sk-with a space in it"
    openai_fallback_model     = "gpt-4o-mini"
    db_username               = "postgres"
    db_name                   = "template1"
    db_allocated_storage      = 50
    db_max_allocated_storage  = 40
    ecs_task_cpu              = 256
    ecs_task_memory           = 4096
    ecs_service_desired_count = 5
    schedule_enabled          = true
    schedule_down             = "cron(0 6 * * ? *)"
    schedule_night_min_count  = 2
    schedule_night_max_count  = 1
    hosted_zone_id            = "Z0123456789ABCDEFGHIJ"
    certificate_arn           = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
  }

  expect_failures = [
    var.environment, var.vpc_cidr, var.db_password, var.secret_key, var.openai_api_key, var.openai_fallback_model,
    var.db_username, var.db_name,
    var.db_max_allocated_storage, var.ecs_task_memory, var.ecs_service_desired_count, var.schedule_up,
    var.schedule_night_max_count, var.hosted_zone_id, var.certificate_arn, var.slack_channel_id,
  ]
}

run "wrong_together_again" {
  command = plan

  variables {
    environment              = "a-very-long-environment"
    vpc_cidr                 = "10.0.5.1/16"
    secrets_arn              = "arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/inputs-AbCdEf"
    db_password              = "fine-but-from-two-sources"
    secret_key               = "fine-but-from-two-sources-0123456789"
    openai_api_key           = "sk-fine-but-from-two-sources"
    ecs_task_cpu             = 16384
    ecs_task_memory          = 16384
    ecs_service_min_count    = 5
    ecs_service_max_count    = 4
    schedule_up              = "6:00"
    schedule_night_max_count = 0
    certificate_arn          = "chat.example.com"
  }

  expect_failures = [
    var.environment, var.vpc_cidr, var.db_password, var.secret_key, var.openai_api_key, var.ecs_task_memory,
    var.ecs_service_max_count, var.schedule_up, var.schedule_night_max_count, var.certificate_arn,
  ]
}

run "passwords_that_rds_refuses_at" {
  command = plan

  variables {
    db_password = "has-an-at@-in-it"
  }

  expect_failures = [var.db_password]
}

run "passwords_that_rds_refuses_quote" {
  command = plan

  variables {
    db_password = "has-a-quote\"-in-it"
  }

  expect_failures = [var.db_password]
}

run "passwords_that_rds_refuses_space" {
  command = plan

  variables {
    db_password = "has a space in it"
  }

  expect_failures = [var.db_password]
}

run "passwords_that_rds_refuses_umlaut" {
  command = plan

  variables {
    db_password = "schlüsselwort-lang"
  }

  expect_failures = [var.db_password]
}
