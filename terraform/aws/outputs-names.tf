# What the runbooks, and whoever goes on by hand, need to find the parts.

output "account_id" {
  description = "The account it stands in."
  value       = local.account_id
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.main.name
}

output "service_name" {
  description = "The ECS service."
  value       = local.service_name
}

output "task_family" {
  description = "The family of task definitions."
  value       = aws_ecs_task_definition.app.family
}

output "task_definition_arn" {
  description = "The template revision that deploy copies."
  value       = aws_ecs_task_definition.app.arn
}

output "container_name" {
  description = "The container in the task definition."
  value       = local.container_name
}

output "log_group" {
  description = "Where the tasks log."
  value       = aws_cloudwatch_log_group.app.name
}

output "alb_dns_name" {
  description = "The load balancer's own name: where the record of domain_name leads."
  value       = aws_lb.main.dns_name
}

output "target_group_arn" {
  description = "The load balancer's target group."
  value       = aws_lb_target_group.app.arn
}

output "ecs_security_group_id" {
  description = "The tasks' security group."
  value       = aws_security_group.app.id
}

output "private_subnet_ids" {
  description = "The private subnets."
  value       = aws_subnet.private[*].id
}

output "task_subnet_ids" {
  description = "The subnets tasks run in."
  value       = local.task_subnet_ids
}

output "assign_public_ip" {
  description = "Whether tasks get public addresses."
  value       = local.tasks_have_public_address
  # Known from variables alone, it would be left out of the first deploy's apply, which names what it makes.
  depends_on = [aws_subnet.public]
}

output "sns_topic_arn" {
  description = "Where alarms are heard."
  value       = aws_sns_topic.alerts.arn
}

output "dashboard_name" {
  description = "The CloudWatch dashboard; null where dashboard_enabled is false."
  value       = one(aws_cloudwatch_dashboard.main[*].dashboard_name)
}

output "alarm_names" {
  description = "The alarms."
  value       = sort(local.all_alarms[*].alarm_name)
}
