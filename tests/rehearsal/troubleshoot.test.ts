import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { EC2 } from '@aws-sdk/client-ec2'
import { RDS } from '@aws-sdk/client-rds'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { SmallStack } from './small-stack'
import { first, ids, Trouble, under } from './small-trouble'
import type { Workspace } from './support'

setDefaultTimeout(120_000)

/** Each test breaks the environment for real, asks for the cause, and mends it: what is printed comes from the world alone. */
let trouble: Trouble
let workspace: Workspace
let small: SmallStack

beforeAll(async () => {
  trouble = await Trouble.make()
  workspace = trouble.workspace
  small = trouble.small
})

afterAll(() => workspace?.close())

const look = (...flags: string[]) => trouble.look(...flags)

/** Nothing of what was broken is told any more. */
async function expectWell(): Promise<void> {
  const run = await look()
  expect(run.data.findings).toEqual([])
  expect(run.data.gaps).toEqual([])
  expect(run.exitCode).toBe(0)
}

describe('a healthy environment', () => {
  test('has no finding and no gap, in under 60 calls, none of which changes anything', async () => {
    const since = new Date()
    await expectWell()
    const calls = (await workspace.calls(since)).filter(({ call }) => !/^s3:(Put|List|Head)/.test(call))
    expect(calls.length).toBeGreaterThan(20)
    expect(calls.length).toBeLessThan(60)
    expect(
      calls
        .map(({ call }) => call)
        .filter((call) => !/:(Describe|Get|List|Filter|Batch(Get|Check))/.test(call)),
    ).toEqual([])
  })

  test('a task that scaling stopped, and one that a deployment replaced, yield nothing', async () => {
    const { cluster, service } = small.stack
    await small.ecs.updateService({ cluster, service, desiredCount: 2 })
    await small.healthy(2)
    await small.ecs.updateService({ cluster, service, desiredCount: 1 })
    await trouble.back()
    const stopped = await small.ecs.listTasks({ cluster, desiredStatus: 'STOPPED', serviceName: service })
    expect(stopped.taskArns?.length).toBeGreaterThanOrEqual(2)
    await expectWell()
  })

  test('a deployment that is under way yields nothing', async () => {
    await trouble.move()
    const run = await look()
    expect(run.data.findings).toEqual([])
    expect(run.exitCode).toBe(0)
    await small.settled()
  })
})

describe('what keeps the service from coming up', () => {
  test('an image that the registry does not have; the snapshot tells the same elsewhere, without AWS', async () => {
    const revision = await small.revision({}, { image: small.image.replace(/.{8}$/, '00000000') })
    await trouble.move(revision)
    await trouble.until('image-missing')
    const file = join(workspace.dir, 'snapshot.json')
    const saved = await look('--snapshot', file)
    expect(ids(saved)[0]).toBe('image-missing')
    expect(saved.exitCode).toBe(3)
    expect(first(saved).evidence.every(({ command }: any) => command.startsWith('aws '))).toBe(true)

    const text = await Bun.file(file).text()
    for (const secret of [
      'sk-rehearsal-0000',
      'a-signing-key-of',
      'an-administrators',
      'a0b1c2d3e4f5a6b7c8d9',
    ])
      expect(text).not.toContain(secret)

    await trouble.back()
    const since = new Date()
    const elsewhere = await workspace.exec(
      ['bun', 'runbooks/troubleshoot.ts', '--from', file, '--yes', '--json'],
      { env: { AWS_ACCESS_KEY_ID: 'AKIAELSEWHERE' } },
    )
    expect(elsewhere.exitCode).toBe(3)
    expect(elsewhere.data.findings).toEqual(saved.data.findings)
    // The journal of every run asks who calls and where the bucket is; the diagnosis asks nothing.
    const calls = (await workspace.calls(since)).filter(({ by }) => by === 'AKIAELSEWHERE')
    expect(calls.filter(({ call }) => !/^(s3|sts):/.test(call))).toEqual([])
  })

  test('a task that ends as it starts: its own last words are quoted', async () => {
    await trouble.move(await small.revision({ PORT: 'eighty' }))
    const run = await trouble.until('crash-on-start')
    expect(first(run).confidence).toBe('proven')
    expect(first(run).cause).toMatch(/PORT/)
    const since = new Date()
    const left = await look('--fix')
    expect(left.exitCode).toBe(3)
    expect(left.events.some(({ type }) => type === 'step.changing')).toBe(false)
    const calls = (await workspace.calls(since)).map(({ call }) => call)
    expect(calls.filter((call) => /^ecs:(Update|Register|Stop)/.test(call))).toEqual([])
    await trouble.back()
  })

  test('a secret that was deleted: the running tasks go on, and no new one could start', async () => {
    const secrets = new SecretsManager(small.settings)
    const SecretId = small.stack.inputSecret
    await secrets.deleteSecret({ SecretId, RecoveryWindowInDays: 7 })
    expect(ids(await look())[0]).toBe('secret-missing')
    const fixed = await look('--fix')
    expect(fixed.exitCode).toBe(0)
    expect(fixed.data.mended).toEqual(['secret-missing'])
    expect((await secrets.describeSecret({ SecretId })).DeletedDate).toBeUndefined()
    await trouble.move()
    await small.settled()
    await expectWell()
  })
})

describe('what the tasks cannot reach', () => {
  test('a rule to the database that was revoked by hand; the fix it names opens the way again', async () => {
    const ec2 = new EC2(small.settings)
    const { SecurityGroups } = await ec2.describeSecurityGroups({
      Filters: [{ Name: 'group-name', Values: [`${small.stack.prefix}-rds`] }],
    })
    const [group] = SecurityGroups!
    const rule = { GroupId: group!.GroupId!, IpPermissions: group!.IpPermissions! }
    await ec2.revokeSecurityGroupIngress(rule)
    const run = await look()
    expect(ids(run)).toEqual(['group-closes-database'])
    expect(first(run).confidence).toBe('proven')
    const rulesNow = async () => {
      const now = await ec2.describeSecurityGroups({ GroupIds: [rule.GroupId] })
      return now.SecurityGroups![0]!.IpPermissions!.map(({ FromPort, UserIdGroupPairs }) => [
        FromPort,
        UserIdGroupPairs?.[0]?.GroupId,
      ])
    }

    const planned = await look('--fix', '--dry-run')
    expect(planned.exitCode).toBe(3)
    expect(await rulesNow()).toEqual([])
    const unasked = await workspace.exec(['bun', 'runbooks/troubleshoot.ts', '--fix', '--json'])
    expect(unasked.exitCode).toBe(4)
    expect(await rulesNow()).toEqual([])

    const fixed = await look('--fix')
    expect(fixed.exitCode).toBe(0)
    expect(fixed.data.mended).toEqual(['group-closes-database'])
    const app = rule.IpPermissions[0]!.UserIdGroupPairs![0]!.GroupId
    expect(await rulesNow()).toEqual([[5432, app]])
    const borne = async () => {
      const Filters = [{ Name: 'group-id', Values: [rule.GroupId] }]
      const { SecurityGroupRules = [] } = await ec2.describeSecurityGroupRules({ Filters })
      return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress).map(({ Description, Tags = [] }) => [
        Description,
        Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
      ])
    }
    // As Terraform would have made it: the pipeline's role may work on what bears its tags, and nothing else.
    const whole = [['PostgreSQL', { Project: 'tria-aibpo', Team: 'Chat & "friends"' }]]
    expect(await borne()).toEqual(whole)

    // As the change itself is undone: the command that was printed with it closes the way again.
    const undo = fixed.events.find(({ type, undo }) => type === 'step.changing' && undo)!.undo
    await workspace.must(['sh', '-c', undo])
    expect(ids(await look())).toEqual(['group-closes-database'])
    await trouble.fix(run)
    expect(await borne()).toEqual(whole)
    await expectWell()
  })

  test('a stopped database, and at the same time a stopped autoscaling: both are named', async () => {
    const rds = new RDS(small.settings)
    const DBInstanceIdentifier = small.stack.database
    await rds.stopDBInstance({ DBInstanceIdentifier })
    await small.scaling.registerScalableTarget({
      ...small.scaled,
      SuspendedState: { DynamicScalingOutSuspended: true },
    })
    const run = await trouble.until('scaling-suspended')
    expect(ids(run).sort()).toEqual(['database-down', 'scaling-suspended'])
    const fixed = await look('--fix')
    expect(fixed.events.filter(({ type }) => type === 'step.changing').length).toBe(2)
    for (let tries = 0; tries < 60; tries++) {
      if ((await look()).exitCode === 0) break
      await Bun.sleep(500)
    }
    await expectWell()
  })

  test('a health check at a path that is not there, and one that wants another answer', async () => {
    await small.elb.modifyTargetGroup({ TargetGroupArn: small.targetGroup, HealthCheckPath: '/nowhere' })
    const run = await trouble.until('health-check-path')
    expect(first(run).cause).toContain('/nowhere')
    await trouble.fix(run)
    await trouble.back()

    await small.elb.modifyTargetGroup({ TargetGroupArn: small.targetGroup, Matcher: { HttpCode: '204' } })
    await trouble.until('health-check-code')
    await look('--fix')
    const { TargetGroups } = await small.elb.describeTargetGroups({ TargetGroupArns: [small.targetGroup] })
    expect(TargetGroups![0]!.Matcher).toEqual({ HttpCode: '200' })
    await trouble.back()
    await expectWell()
  })
})

describe('what an emergency left', () => {
  test('a forgotten shutdown is the root; the zero and the suspended scaling are its consequences', async () => {
    const down = await workspace.runbook('emergency-shutdown')
    expect(down.exitCode).toBe(0)
    const run = await look()
    expect(ids(run)).toEqual(['emergency-forgotten'])
    expect(under(run)).toContain('scaling-suspended')
    expect(under(run)).toContain('tasks-missing')
    const fixed = await look('--fix')
    expect(fixed.exitCode).toBe(0)
    expect(fixed.data.mended).toEqual(['emergency-forgotten'])
    expect((await small.service()).runningCount).toBe(1)
    await expectWell()
  })
})

describe('monitor.ts --timeline', () => {
  const timeline = (...flags: string[]) =>
    workspace.runbook('monitor', '--timeline', '--since', '10m', ...flags)

  test('tells the emergency and its end in one order: who did it, what ECS did, what the tasks said', async () => {
    await small.scaling.registerScalableTarget({ ...small.scaled, MinCapacity: 2 })
    await small.healthy(2)
    await small.reset()
    const run = await timeline()
    expect(run.exitCode).toBe(0)
    const entries: { at: string; kind: string; text: string }[] = run.data.timeline
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted())
    const story: [string, RegExp][] = [
      ['runbook', /^emergency-shutdown begins/],
      ['service', /^has stopped 1 running tasks/],
      ['task', /is to run tria-aibpo-staging-task:1$/],
      ['log', /"event":"serving"/],
      ['scaling', /^Setting desired count to 2/],
    ]
    // Each after the one before it.
    let place = -1
    for (const [kind, words] of story) {
      const next = entries.findIndex((one, i) => i > place && one.kind === kind && words.test(one.text))
      expect(next).toBeGreaterThan(place)
      place = next
    }
    const seen = new Set(entries.map(({ kind }) => kind))
    for (const kind of ['deployment', 'task']) expect(seen).toContain(kind)
  })

  test('a source that may not be looked at is a gap, and the rest is told', async () => {
    await workspace.fault({ call: 'monitoring:DescribeAlarmHistory', kind: 'denied' })
    const run = await timeline('--level', 'warn')
    await workspace.clearFaults()
    expect(run.exitCode).toBe(3)
    // ECS remembers a hundred events: in a part of this file there are more.
    const blind = run.data.gaps.filter(({ partly }: { partly?: true }) => !partly)
    expect(blind).toMatchObject([{ kind: 'alarm', permission: 'cloudwatch:DescribeAlarmHistory' }])
    expect(run.data.timeline.length).toBeGreaterThan(0)
    expect(run.data.timeline.filter(({ level }: { level: string }) => !/warn|error/.test(level))).toEqual([])
  })
})

describe('what could not be looked at', () => {
  test('a denied call is a gap with its permission, and never well', async () => {
    await workspace.fault({ call: 'rds:DescribeDBInstances', kind: 'denied' })
    try {
      const run = await look()
      expect(run.exitCode).toBe(3)
      expect(run.data.findings).toEqual([])
      const gap = run.data.gaps.find(({ part }: { part: string }) => part === 'database')
      expect(gap.permission).toBe('rds:DescribeDBInstances')
      expect(gap.hides).toContain('database-down')
    } finally {
      await workspace.clearFaults()
    }
  })

  test('a service that does not answer keeps nobody waiting; what is throttled is asked again', async () => {
    await workspace.fault({ call: 'elasticache:DescribeReplicationGroups', delay: 20_000, times: 1 })
    await workspace.fault({ call: 'ecs:DescribeServices', kind: 'throttled', times: 2 })
    const began = performance.now()
    const run = await look()
    expect(performance.now() - began).toBeLessThan(15_000)
    expect(run.exitCode).toBe(3)
    expect(run.data.findings).toEqual([])
    expect(run.data.gaps.map(({ part }: { part: string }) => part)).toEqual(['cache'])
    expect(run.data.gaps[0].reason).toMatch(/no answer in time/)
    await workspace.clearFaults()
  })

  test('nothing at all to be seen is a failure, not a finding', async () => {
    await workspace.fault({ call: '*:*', kind: 'expired' })
    try {
      const run = await look()
      expect(run.exitCode).toBe(1)
      expect(run.stdout + run.stderr).toMatch(/expired/)
    } finally {
      await workspace.clearFaults()
    }
  })

  test('a file that is no snapshot is a usage error', async () => {
    await Bun.write(join(workspace.dir, 'none.json'), '{"format":"other"}')
    expect((await look('--from', 'none.json')).exitCode).toBe(2)
    expect((await look('--from', 'nowhere.json')).exitCode).toBe(2)
    expect((await look('--from', 'none.json', '--fix')).exitCode).toBe(2)
  })
})
