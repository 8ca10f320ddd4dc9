import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { awsOf } from '../../runbooks/aws/clients'
import { findDoor } from '../../runbooks/aws/loadbalancer'
import { stackOf } from '../../runbooks/aws/stack'
import { combinations, type Value } from './combinations'
import { Workspace } from './support'

/**
 * The switches of the guide, one combination after the other on one environment: after an apply of each, a second
 * plan is empty. Terraform by hand, with its state in the folder, as a fresh clone has it.
 */
const minutes = 60_000
let workspace: Workspace
const needed: Record<string, Record<string, Value>> = {}

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  needed.certificate = { certificate_arn: await certificate() }
  needed.secret = { secrets_arn: await secret() }
  await terraform('init', '-input=false')
}, 3 * minutes)

afterAll(async () => {
  await terraform(
    'destroy',
    '-auto-approve',
    '-input=false',
    ...variables({ deletion_protection: false, ecr_force_delete: true }),
  )
  await workspace?.close()
}, 6 * minutes)

const terraform = (...args: string[]) => workspace.exec(['terraform', '-chdir=terraform/aws', ...args])
const variables = (values: Record<string, Value>) => {
  return Object.entries(values).map(
    ([name, value]) => `-var=${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
}

describe('a second plan is empty', () => {
  for (const [name, { variables: values, needs = [] }] of Object.entries(combinations)) {
    test(
      name,
      async () => {
        const all = Object.assign({}, values, ...needs.map((need) => needed[need]))
        await writeFile(join(workspace.dir, 'terraform/aws/terraform.tfvars.json'), JSON.stringify(all))
        const applied = await terraform('apply', '-auto-approve', '-input=false', '-no-color')
        expect(applied.exitCode, applied.stdout.slice(-2_000) + applied.stderr.slice(-2_000)).toBe(0)
        const planned = await terraform('plan', '-detailed-exitcode', '-input=false', '-no-color')
        expect(planned.exitCode, planned.stdout.slice(-4_000)).toBe(0)
        // Told by the tag alone: the certificate is for any name of the domain.
        if (values.slack_channel_id) expect(await toldInSlack()).toEqual([`${values.slack_channel_id}`])
        if (values.domain_name) expect(await addressFound()).toBe(`https://${values.domain_name}`)
      },
      8 * minutes,
    )
  }
})

async function addressFound(): Promise<string | undefined> {
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = workspace.env
  const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' }
  const aws = awsOf({ region: region!, endpoint: endpoint!, credentials })
  return (await findDoor(aws, stackOf('staging')))?.address
}

/** In which channels an alarm is read. */
async function toldInSlack(): Promise<string[]> {
  const alarm = `${stackOf('staging').prefix}-ecs-cpu-high`
  const set = ['cloudwatch', 'set-alarm-state', '--alarm-name', alarm, '--state-reason', 'a test']
  for (const state of ['OK', 'ALARM']) await workspace.aws(...set, '--state-value', state)
  const posts = await fetch(`${workspace.endpoint}/_rehearsal/slack`).then((answer) => answer.json())
  const told = (posts as any[]).filter(({ message }) => message.AlarmName === alarm)
  return [...new Set(told.map(({ channel }) => channel as string))]
}

async function certificate(): Promise<string> {
  const { CertificateArn } = await workspace.aws(
    'acm',
    'request-certificate',
    '--domain-name',
    '*.example.com',
  )
  return CertificateArn
}

async function secret(): Promise<string> {
  const value = {
    db_password: 'a-password-of-somebody',
    secret_key: 'k'.repeat(40),
    openai_api_key: '',
    admin_token: 't'.repeat(40),
  }
  const { ARN } = await workspace.aws(
    'secretsmanager',
    'create-secret',
    '--name',
    'given/inputs',
    '--secret-string',
    JSON.stringify(value),
  )
  return ARN
}
