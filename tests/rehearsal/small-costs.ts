import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stateBucket } from '../../runbooks/aws/stack'
import { backendFor } from '../../runbooks/terraform/folder'
import type { Workspace } from './support'

/** What costs something and is made in a moment, under the names and variables of terraform/aws. */
const configuration = `terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}
provider "aws" {
  region = var.aws_region
}
variable "aws_region" { type = string }
variable "environment" { type = string }
variable "log_retention_days" {
  type    = number
  default = 30
  validation {
    condition     = contains([7, 14, 30], var.log_retention_days)
    error_message = "log_retention_days is a period that CloudWatch does not have."
  }
}
variable "dashboard_enabled" {
  type    = bool
  default = true
}
variable "secrets_arn" {
  type    = string
  default = null
}
data "aws_caller_identity" "current" {}
output "account_id" { value = data.aws_caller_identity.current.account_id }
output "deployment_summary" { value = { environment = var.environment } }
resource "aws_cloudwatch_log_group" "app" {
  name              = "/small/app"
  retention_in_days = var.log_retention_days
}
resource "aws_cloudwatch_dashboard" "main" {
  count          = var.dashboard_enabled ? 1 : 0
  dashboard_name = "small"
  dashboard_body = jsonencode({ widgets = [] })
}
resource "aws_eip" "nat" {
  domain = "vpc"
}
`

/** A file that has an owner: comments, columns, and a value of two lines that nothing may touch. */
export const owned = `# Values of staging. Ours.
aws_region  = "us-east-1" // where we are
environment = "staging"   # not production

`

/** That configuration in a workspace, applied, with its state in the team's bucket. */
export async function smallCosts(workspace: Workspace) {
  const folder = join(workspace.dir, 'terraform/aws')
  const values = join(folder, 'environments/staging.tfvars')
  for (const name of await readdir(folder)) {
    if (!['.terraform.lock.hcl', 'environments'].includes(name))
      await rm(join(folder, name), { recursive: true })
  }
  await Bun.write(join(folder, 'main.tf'), configuration)
  await Bun.write(values, owned)
  const region = workspace.env.AWS_REGION!
  const bucket = stateBucket('123456789012', region)
  await Bun.write(join(folder, 'backend.tf'), backendFor(bucket, 'staging/terraform.tfstate', region))
  await workspace.must(['ln', '-s', 'environments/staging.tfvars', 'terraform/aws/terraform.tfvars'])
  const terraform = (...words: string[]) => workspace.must(['terraform', '-chdir=terraform/aws', ...words])
  await terraform('init', '-input=false')
  await terraform('apply', '-auto-approve', '-input=false')
  return {
    folder,
    values,
    text: () => Bun.file(values).text(),
    /** For how many days logs are kept, and which dashboards there are. */
    async world() {
      const [groups, dashboards] = await Promise.all([
        workspace.aws('logs', 'describe-log-groups', '--log-group-name-prefix', '/small/'),
        workspace.aws('cloudwatch', 'list-dashboards'),
      ])
      return {
        retention: groups.logGroups[0]?.retentionInDays,
        dashboards: dashboards.DashboardEntries.map((each: { DashboardName: string }) => each.DashboardName),
      }
    },
  }
}
