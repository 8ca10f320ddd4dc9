import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { EC2 } from '@aws-sdk/client-ec2'
import { IAM } from '@aws-sdk/client-iam'
import { RDS } from '@aws-sdk/client-rds'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { notAllowed, offeredPolicy } from './policy'
import { executionRole } from './small-parts'
import { first, ids, Trouble, under } from './small-trouble'

setDefaultTimeout(120_000)

/** Further causes, each made for real behind everybody's back, named first, and mended. */
let trouble: Trouble
beforeAll(async () => {
  trouble = await Trouble.make()
})
afterAll(() => trouble?.workspace.close())

const role = () => `${trouble.small.stack.prefix}-execution`

async function group(name: string) {
  const ec2 = new EC2(trouble.small.settings)
  const { SecurityGroups } = await ec2.describeSecurityGroups({
    Filters: [{ Name: 'group-name', Values: [`${trouble.small.stack.prefix}-${name}`] }],
  })
  return { ec2, id: SecurityGroups![0]!.GroupId!, rules: SecurityGroups![0]!.IpPermissions! }
}

describe('secrets, roles, logs', () => {
  test('a key that was dropped from the secret', async () => {
    const secrets = new SecretsManager(trouble.small.settings)
    const SecretId = trouble.small.stack.inputSecret
    const { SecretString } = await secrets.getSecretValue({ SecretId })
    const { openai_api_key: _, ...rest } = JSON.parse(SecretString!)
    await secrets.putSecretValue({ SecretId, SecretString: JSON.stringify(rest) })
    await trouble.move()
    const run = await trouble.until('secret-key-missing')
    expect(first(run).cause).toContain('openai_api_key')
    expect(first(run).cause).not.toContain('sk-rehearsal')
    await secrets.putSecretValue({ SecretId, SecretString: SecretString! })
    await trouble.back()
  })

  test('a role that may no longer read secrets', async () => {
    const iam = new IAM(trouble.small.settings)
    await iam.deleteRolePolicy({ RoleName: role(), PolicyName: 'start' })
    const document = { Effect: 'Allow', Action: ['ecr:*', 'logs:*'], Resource: '*' }
    await iam.putRolePolicy({
      RoleName: role(),
      PolicyName: 'start',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [document] }),
    })
    await trouble.move()
    const run = await trouble.until('role-lacks-permission')
    expect(first(run).cause).toContain('secretsmanager:GetSecretValue')
    await iam.deleteRolePolicy({ RoleName: role(), PolicyName: 'start' })
    await iam.deleteRole({ RoleName: role() })

    // With the tasks of the failed deployment still in sight, the role that is gone is the nearer cause.
    const gone = await trouble.until('role-not-assumable')
    expect(first(gone).cause).toContain(role())
    await executionRole(trouble.small.settings, role())
    await trouble.back()
  })

  test('a log group that was deleted; the command makes it again', async () => {
    const logs = new CloudWatchLogs(trouble.small.settings)
    await logs.deleteLogGroup({ logGroupName: trouble.small.stack.logGroup })
    await trouble.move()
    await trouble.fix(await trouble.until('log-group-missing'))
    await trouble.back()
  })
})

describe('the network', () => {
  test('the way from the load balancer to the tasks', async () => {
    const { ec2, id, rules } = await group('app')
    await ec2.revokeSecurityGroupIngress({ GroupId: id, IpPermissions: rules })
    const run = await trouble.until('group-closes-app')
    expect(ids(run)).toEqual(['group-closes-app'])
    await trouble.fix(run)
    await trouble.back()
  })

  test('the way to the cache', async () => {
    const { ec2, id, rules } = await group('redis')
    await ec2.revokeSecurityGroupIngress({ GroupId: id, IpPermissions: rules })
    const run = await trouble.look()
    expect(ids(run)).toEqual(['group-closes-cache'])
    await trouble.fix(run)
  })

  test('the way out', async () => {
    const ec2 = new EC2(trouble.small.settings)
    const { Subnets } = await ec2.describeSubnets({
      Filters: [{ Name: 'cidr-block', Values: ['10.9.1.0/24'] }],
    })
    const { RouteTables } = await ec2.describeRouteTables({
      Filters: [{ Name: 'vpc-id', Values: [Subnets![0]!.VpcId!] }],
    })
    const route = RouteTables![0]!.Routes!.find((one) => one.DestinationCidrBlock === '0.0.0.0/0')!
    const way = { RouteTableId: RouteTables![0]!.RouteTableId!, DestinationCidrBlock: '0.0.0.0/0' }
    await ec2.deleteRoute(way)
    const run = await trouble.look()
    expect(ids(run)).toEqual(['no-way-out'])
    await ec2.createRoute({ ...way, GatewayId: route.GatewayId! })
    await trouble.back()
  })
})

describe('what the chatbot is refused', () => {
  test('the password of the database, changed by hand', async () => {
    const rds = new RDS(trouble.small.settings)
    const DBInstanceIdentifier = trouble.small.stack.database
    await rds.modifyDBInstance({ DBInstanceIdentifier, MasterUserPassword: 'b9c8d7e6f5a4b3c2d1e0' })
    await trouble.move()
    await trouble.small.settled()
    const run = await trouble.until('database-refuses-password')
    expect(under(run)).toContain('database-degraded')
    await rds.modifyDBInstance({ DBInstanceIdentifier, MasterUserPassword: 'a0b1c2d3e4f5a6b7c8d9' })
    await trouble.back()
  })

  test.each([
    ['unauthorized', 'model-key-refused'],
    ['quota', 'model-quota-used'],
  ])('the model: %s', async (kind, id) => {
    const { data } = await trouble.workspace.exec(['bun', 'runbooks/rehearse.ts', 'status', '--json'])
    const faults = new URL('/rehearsal/faults', data.urls.model)
    await fetch(faults, { method: 'POST', body: JSON.stringify({ kind }) })
    await ask(`How long does shipping of ${kind} take?`)
    const run = await trouble.until(id)
    expect(under(run)).toContain('model-degraded')
    await fetch(faults, { method: 'DELETE' })
    // A model that answers once is well again; one at rest is tried again after ten seconds.
    for (let tries = 0; tries < 40 && (await trouble.look()).exitCode !== 0; tries++) {
      await ask(`How long does shipping number ${tries} of ${kind} take?`)
      await Bun.sleep(500)
    }
  })

  const ask = (message: string) =>
    fetch(`${trouble.small.address}/api/chatbot`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message, session_id: crypto.randomUUID() }),
    })
})

test('the policy that setup offers allows every call of a look', async () => {
  const since = new Date()
  await trouble.look()
  const calls = await trouble.workspace.calls(since)
  expect(
    notAllowed(calls, offeredPolicy(join(trouble.workspace.dir, 'terraform/bootstrap/policies'))),
  ).toEqual([])
})

test('at the end nothing of it is told any more, and no look made 60 calls', async () => {
  const run = await trouble.look()
  expect(run.data.findings).toEqual([])
  expect(run.exitCode).toBe(0)
  expect(Math.max(...trouble.calls)).toBeLessThan(60)
})
