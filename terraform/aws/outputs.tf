# The guide's outputs.

locals {
  # The load balancer itself, where the name may not lead there yet.
  connect_to    = var.domain_name == null ? "" : "--connect-to ::${aws_lb.main.dns_name} "
  app_url       = "${var.certificate_arn == null ? "http" : "https"}://${coalesce(var.domain_name, aws_lb.main.dns_name)}"
  registry_host = split("/", aws_ecr_repository.app.repository_url)[0]
}

output "alb_url" {
  description = "The chatbot's address."
  value       = local.app_url
}

output "ecr_repository_url" {
  description = "Where images are pushed."
  value       = aws_ecr_repository.app.repository_url
}

output "database_url" {
  description = "The database's URL with <password> in the password's place, as the state holds no secret. In full: aws secretsmanager get-secret-value --secret-id <project_name>-<environment>/database --query SecretString --output text"
  value       = "postgres://${var.db_username}:<password>@${local.database_address}"
  sensitive   = true
}

output "redis_primary_endpoint" {
  description = "The cache's host name; TLS on port 6379."
  value       = aws_elasticache_replication_group.main.primary_endpoint_address
}

output "rds_security_group_id" {
  description = "The database's security group: admits port 5432 from the tasks' group alone."
  value       = aws_security_group.rds.id
}

output "deployment_summary" {
  description = "The addresses at a glance."
  value = {
    app_url     = local.app_url
    docs_url    = "${local.app_url}/docs"
    environment = var.environment
    health_url  = "${local.app_url}/health"
    region      = var.aws_region
  }
}

output "useful_commands" {
  description = "Commands that work as printed: terraform output -json useful_commands | jq -r .tail_logs"
  value = {
    get_ecr_login    = "aws ecr get-login-password --region ${var.aws_region} | docker login --username AWS --password-stdin ${local.registry_host}"
    get_database_url = "aws secretsmanager get-secret-value --secret-id ${aws_secretsmanager_secret.database.name} --region ${var.aws_region} --query SecretString --output text"
    check_health     = "curl --fail --silent --show-error ${local.connect_to}${local.app_url}/health"
    describe_service = "aws ecs describe-services --cluster ${aws_ecs_cluster.main.name} --services ${local.service_name} --region ${var.aws_region} --query 'services[0].[serviceName,status,runningCount,desiredCount]'"
    list_tasks       = "aws ecs list-tasks --cluster ${aws_ecs_cluster.main.name} --service-name ${local.service_name} --region ${var.aws_region}"
    target_health    = "aws elbv2 describe-target-health --target-group-arn ${aws_lb_target_group.app.arn} --region ${var.aws_region}"
    tail_logs        = "aws logs tail ${aws_cloudwatch_log_group.app.name} --follow --region ${var.aws_region}"
  }
}
