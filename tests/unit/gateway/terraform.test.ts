import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findMirror, terraformRc, writeTerraformRc } from '../../../rehearsal/terraform-rc'
import { type Bench, bench } from './bench'

/** Everything whose gaps are filled here and that the provider does not wait minutes for. */
const stack = (threshold: number) => `
  terraform {
    required_providers {
      aws = {
        source  = "hashicorp/aws"
        version = "~> 5.0"
      }
    }
  }
  provider "aws" {
    max_retries = 2
    default_tags {
      tags = { Project = "tested" }
    }
  }
  resource "aws_elasticache_parameter_group" "it" {
    name   = "tested"
    family = "redis7"
    parameter {
      name  = "maxmemory-policy"
      value = "allkeys-lru"
    }
  }
  resource "aws_db_parameter_group" "it" {
    name   = "tested"
    family = "postgres17"
    dynamic "parameter" {
      for_each = ${threshold} > 80 ? ["log_min_duration_statement"] : ["log_min_duration_statement", "work_mem"]
      content {
        name  = parameter.value
        value = "1000"
      }
    }
  }
  resource "aws_sns_topic" "it" {
    name = "tested"
  }
  resource "aws_budgets_budget" "it" {
    name         = "tested"
    budget_type  = "COST"
    limit_amount = "100"
    limit_unit   = "USD"
    time_unit    = "MONTHLY"
    notification {
      comparison_operator       = "GREATER_THAN"
      threshold                 = ${threshold}
      threshold_type            = "PERCENTAGE"
      notification_type         = "ACTUAL"
      subscriber_sns_topic_arns = [aws_sns_topic.it.arn]
    }
  }
  resource "aws_cloudwatch_metric_alarm" "it" {
    alarm_name          = "tested"
    namespace           = "AWS/ECS"
    metric_name         = "CPUUtilization"
    statistic           = "Average"
    period              = 60
    evaluation_periods  = 1
    threshold           = ${threshold}
    comparison_operator = "GreaterThanThreshold"
    alarm_actions       = [aws_sns_topic.it.arn]
  }
  data "aws_servicequotas_service_quota" "fargate" {
    service_code = "fargate"
    quota_code   = "L-3032A538"
  }
`

// Without a copy of the provider on this machine it would be downloaded, all 700 MB: the rehearsal's tests do that.
describe.skipIf(!Bun.which('terraform') || !findMirror(''))('Terraform', () => {
  let b: Bench
  beforeAll(async () => {
    b = await bench()
    writeTerraformRc(b.world.dir)
  }, 60_000)
  afterAll(() => b.stop())

  async function terraform(...args: string[]) {
    const child = Bun.spawn(['terraform', ...args, '-no-color'], {
      cwd: b.world.dir,
      env: {
        ...b.environment,
        TF_CLI_CONFIG_FILE: terraformRc(b.world.dir) ?? '',
        CHECKPOINT_DISABLE: '1',
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [out, err, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
    return { exit, said: out + err }
  }
  const writeStack = (threshold: number) => writeFileSync(join(b.world.dir, 'main.tf'), stack(threshold))

  test('applies, plans nothing more, changes in place, and destroys, with no call unknown', async () => {
    writeStack(80)
    expect(await terraform('init', '-input=false')).toMatchObject({ exit: 0 })
    for (const threshold of [80, 90]) {
      writeStack(threshold)
      expect(await terraform('apply', '-auto-approve', '-input=false')).toMatchObject({ exit: 0 })
      const plan = await terraform('plan', '-detailed-exitcode', '-input=false')
      expect([plan.exit, plan.exit === 0 ? '' : plan.said]).toEqual([0, ''])
    }
    expect(await terraform('destroy', '-auto-approve', '-input=false')).toMatchObject({ exit: 0 })
    expect(b.gateway.unknownCalls()).toEqual([])
  }, 180_000)
})
