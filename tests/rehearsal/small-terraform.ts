import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stateBucket } from '../../runbooks/aws/stack'
import { backendFor } from '../../runbooks/terraform/folder'
import type { Workspace } from './support'

const account = '123456789012'
const key = 'staging/terraform.tfstate'

/** A configuration of log groups in the place of the environment's own: real Terraform, and seconds instead of minutes. */
const configuration = (groups: string) => `terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}
provider "aws" {
  region = var.aws_region
}
variable "aws_region" { type = string }
variable "environment" { type = string }
variable "secrets_arn" {
  type    = string
  default = null
}
variable "retention" { type = number }
data "aws_caller_identity" "current" {}
output "account_id" { value = data.aws_caller_identity.current.account_id }
output "deployment_summary" { value = { environment = var.environment } }
resource "aws_cloudwatch_log_group" "kept" {
  name              = "/small/kept"
  retention_in_days = var.retention
}
${groups}`

const group = (name: string) => `resource "aws_cloudwatch_log_group" "${name}" {
  name = "/small/${name}"
}
`

/** Commits of such configurations in a workspace, with the state in the team's bucket. */
export async function smallTerraform(workspace: Workspace) {
  const region = workspace.env.AWS_REGION!
  const bucket = stateBucket(account, region)
  const folder = join(workspace.dir, 'terraform/aws')

  async function commit(message: string, retention: number, ...groups: string[]): Promise<string> {
    await Bun.write(join(folder, 'main.tf'), configuration(groups.map(group).join('')))
    await Bun.write(
      join(folder, 'environments/staging.tfvars'),
      `aws_region  = "${region}"\nenvironment = "staging"\nretention   = ${retention}\n`,
    )
    return workspace.commit(message)
  }

  const terraform = (...args: string[]) => workspace.exec(['terraform', '-chdir=terraform/aws', ...args])

  for (const name of await readdir(folder)) {
    if (!['.terraform.lock.hcl', 'environments'].includes(name))
      await rm(join(folder, name), { recursive: true })
  }
  await rm(join(folder, 'environments/production.tfvars'), { force: true })
  const first = await commit('Seven days', 7)
  const second = await commit('Fourteen days, and two more', 14, 'extra', 'more')
  await Bun.write(join(folder, 'backend.tf'), backendFor(bucket, key, region))
  await workspace.must(['ln', '-s', 'environments/staging.tfvars', 'terraform/aws/terraform.tfvars'])
  await workspace.must(['terraform', '-chdir=terraform/aws', 'init', '-input=false'])
  const apply = () =>
    workspace.must(['terraform', '-chdir=terraform/aws', 'apply', '-auto-approve', '-input=false'])
  await apply()

  return {
    bucket,
    key,
    commits: { first, second },
    terraform,
    apply,
    /** 0: the state, the configuration and AWS agree; 2: they do not; 1: there is no telling. */
    plan: async () => (await terraform('plan', '-input=false', '-detailed-exitcode')).exitCode,
    /** The log groups by name, with their days. */
    async groups(): Promise<Record<string, number | undefined>> {
      const { logGroups } = await workspace.aws(
        'logs',
        'describe-log-groups',
        '--log-group-name-prefix',
        '/small/',
      )
      return Object.fromEntries(
        logGroups.map((one: { logGroupName: string; retentionInDays?: number }) => [
          one.logGroupName.slice('/small/'.length),
          one.retentionInDays,
        ]),
      )
    },
  }
}
