output "state_bucket" {
  description = "The bucket of Terraform states, journal and locks."
  value       = aws_s3_bucket.state.bucket
}

output "deploy_role_arn" {
  description = "The role that GitHub's workflows assume. null without github_repository."
  value       = one(aws_iam_role.deploy[*].arn)
}

output "deploy_policy_arns" {
  description = "What a deploy may do, to attach to a person's user or role in place of AdministratorAccess."
  value       = { for name, policy in aws_iam_policy.deploy : name => policy.arn }
}

output "region" {
  description = "The region."
  value       = var.aws_region
}

output "account_id" {
  description = "The account."
  value       = local.account_id
}
