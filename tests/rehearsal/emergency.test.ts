import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchmark, bound, summary } from '../bench/emergency-shutdown'
import { notAllowed, offeredPolicy } from './policy'
import { type SmallStack, smallStack } from './small-stack'
import { type Run, Workspace } from './support'

setDefaultTimeout(180_000)

let workspace: Workspace
let small: SmallStack
const began = new Date()

const none = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
}
const all = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
}
/** By the names of the small stack, which has neither database nor alarms for `verify` to look at. */
const byHand = () => [
  '--environment',
  'other',
  '--cluster',
  small.stack.cluster,
  '--service',
  small.stack.service,
]

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  small = await smallStack(workspace.env, { tasks: 2, cache: true })
  await small.healthy()
})

afterAll(() => workspace?.close())

const shutdown = (...flags: string[]) => workspace.runbook('emergency-shutdown', ...flags)
const restore = (...flags: string[]) => workspace.runbook('emergency-restore', ...byHand(), ...flags)

/** What the world is, as AWS tells it. */
async function world() {
  const [service, target] = await Promise.all([small.service(), small.target()])
  const lists = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      small.ecs.listTasks({ cluster: small.stack.cluster, desiredStatus }),
    ),
  )
  const arns = lists.flatMap(({ taskArns = [] }) => taskArns)
  const tasks = arns.length
    ? await small.ecs.describeTasks({ cluster: small.stack.cluster, tasks: arns })
    : { tasks: [] }
  return {
    desired: service.desiredCount,
    living: (tasks.tasks ?? []).filter(({ lastStatus }) => lastStatus !== 'STOPPED').length,
    tags: Object.fromEntries((service.tags ?? []).map(({ key, value }) => [key, value])),
    min: target.MinCapacity,
    max: target.MaxCapacity,
    suspended: target.SuspendedState,
    revision: service.taskDefinition,
  }
}

const changing = (calls: { call: string }[]) =>
  calls
    .map(({ call }) => call)
    .filter((call) =>
      /:(TagResource|UntagResource|RegisterScalableTarget|UpdateService|StartDB|StopDB)/.test(call),
    )

const reset = async () => {
  await small.reset()
  await small.healthy()
}

describe('emergency-shutdown', () => {
  let run: Run

  test('remembers, suspends all scaling, then zero; nothing else is asked before; no task is left, and the address says 503', async () => {
    const since = new Date()
    run = await shutdown()
    expect(run.exitCode).toBe(0)
    const calls = await workspace.calls(since)
    expect(changing(calls)).toEqual([
      'ecs:TagResource',
      'application-autoscaling:RegisterScalableTarget',
      'ecs:UpdateService',
    ])
    const before = calls.slice(
      0,
      calls.findIndex(({ call }) => call === 'ecs:UpdateService'),
    )
    expect(before.map(({ call }) => call).sort()).toEqual([
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:RegisterScalableTarget',
      'ecs:DescribeServices',
      'ecs:TagResource',
    ])
    const now = await world()
    expect(now).toMatchObject({ desired: 0, living: 0, min: 1, max: 4, suspended: all })
    expect(now.tags['tria:shutdown']).toStartWith(
      'desired=2 min=1 max=4 suspended=none revision=tria-aibpo-staging-task:1 ',
    )
    expect((await fetch(small.address)).status).toBe(503)
    expect(run.data).toMatchObject({
      before: { desired: 2, scaling: { min: 1, max: 4 }, taskDefinition: 'tria-aibpo-staging-task:1' },
      after: { desired: 0, scaling: { suspended: { in: true, out: true, scheduled: true } } },
    })
  })

  test('a second time keeps the first memory and registers nothing, which would lift the count', async () => {
    const { tags } = await world()
    const since = new Date()
    expect((await shutdown()).exitCode).toBe(0)
    expect(changing(await workspace.calls(since))).toEqual([])
    expect(await world()).toMatchObject({ desired: 0, living: 0, tags })
  })

  test('restore on another machine brings back exactly what was', async () => {
    const since = new Date()
    const elsewhere = { TRIA_RUNBOOKS_DIR: mkdtempSync(join(tmpdir(), 'tria-colleague-')) }
    const command = ['bun', 'runbooks/emergency-restore.ts', '--yes', '--json', ...byHand()]
    const restored = await workspace.exec(command, { env: elsewhere })
    expect(restored.exitCode).toBe(0)
    expect(changing(await workspace.calls(since))).toEqual([
      'ecs:UpdateService',
      'application-autoscaling:RegisterScalableTarget',
      'ecs:UntagResource',
    ])
    expect(await world()).toMatchObject({ desired: 2, living: 2, min: 1, max: 4, suspended: none, tags: {} })
    expect((await fetch(`${small.address}/health`)).status).toBe(200)
    expect((await restore()).exitCode).toBe(0)
  })

  test('refuses at once without --yes where nobody can be asked, and changes nothing', async () => {
    const since = new Date()
    const refused = await workspace.exec(['bun', 'runbooks/emergency-shutdown.ts'])
    expect(refused.exitCode).toBe(4)
    expect(changing(await workspace.calls(since))).toEqual([])
  })

  test('--dry-run prints the AWS CLI lines that do exactly the same, both ways', async () => {
    const lines = (dry: Run) =>
      dry.events
        .filter(({ type, outcome }) => type === 'step.finished' && outcome === 'planned')
        .flatMap(({ declared }) => declared.equivalent as string[])
    const since = new Date()
    const down = lines(await shutdown('--dry-run', '--maintenance'))
    expect(changing(await workspace.calls(since))).toEqual([])
    for (const line of down) await workspace.must(['sh', '-c', line])
    expect(await world()).toMatchObject({
      desired: 0,
      suspended: all,
      tags: { 'tria:shutdown': expect.any(String) },
    })
    expect((await fetch(small.address)).headers.get('retry-after')).toBe('300')
    const up = lines(await restore('--dry-run'))
    for (const line of up) await workspace.must(['sh', '-c', line])
    await small.healthy()
    expect(await world()).toMatchObject({ desired: 2, suspended: none, min: 1, max: 4, tags: {} })
    expect((await fetch(`${small.address}/health`)).status).toBe(200)
  })

  test('scaling that was suspended before stays suspended after the restore', async () => {
    const some = { ...none, ScheduledScalingSuspended: true, DynamicScalingInSuspended: true }
    await small.scaling.registerScalableTarget({ ...small.scaled, SuspendedState: some })
    expect((await shutdown()).exitCode).toBe(0)
    expect((await world()).suspended).toEqual(all)
    expect((await restore()).exitCode).toBe(0)
    expect((await world()).suspended).toEqual(some)

    await small.scaling.registerScalableTarget({ ...small.scaled, SuspendedState: all })
    const since = new Date()
    expect((await shutdown()).exitCode).toBe(0)
    expect((await restore()).exitCode).toBe(0)
    expect(changing(await workspace.calls(since))).not.toContain(
      'application-autoscaling:RegisterScalableTarget',
    )
    expect(await world()).toMatchObject({ desired: 2, suspended: all })
    await reset()
  })

  test('autoscaling lifts a plain zero again, and not a shutdown', async () => {
    const { Alarms = [] } = await small.scaling.putScalingPolicy({
      ...small.scaled,
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 70,
        ScaleOutCooldown: 0,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    })
    const high = Alarms.find(({ AlarmName }) => AlarmName?.includes('AlarmHigh'))!.AlarmName!
    const ring = () =>
      workspace.must([
        'aws',
        'cloudwatch',
        'set-alarm-state',
        '--alarm-name',
        high,
        '--state-value',
        'ALARM',
        '--state-reason',
        'test',
      ])
    await small.ecs.updateService({
      cluster: small.stack.cluster,
      service: small.stack.service,
      desiredCount: 0,
    })
    // CloudWatch takes a state that was set back as soon as it looks at the metric.
    for (const deadline = Date.now() + 60_000; (await world()).desired === 0; await Bun.sleep(300)) {
      if (Date.now() > deadline) throw new Error('Autoscaling never fought')
      await ring()
    }
    await small.reset()
    expect((await shutdown()).exitCode).toBe(0)
    await ring()
    await Bun.sleep(8_000)
    expect(await world()).toMatchObject({ desired: 0, living: 0 })
    await small.scaling.deleteScalingPolicy({ ...small.scaled, PolicyName: 'cpu' })
    await reset()
  })

  test('where scaling cannot be looked at, it is suspended all the same', async () => {
    await reset()
    await workspace.fault({
      call: 'application-autoscaling:DescribeScalableTargets',
      kind: 'denied',
      times: 1,
    })
    const run = await shutdown()
    await workspace.clearFaults()
    expect(run.exitCode).toBe(0)
    expect(run.events.filter(({ type }) => type === 'warning')).toHaveLength(1)
    expect(await world()).toMatchObject({ desired: 0, living: 0, suspended: all })
    await reset()
  })

  test('a zero that somebody else made is not lifted by being suspended', async () => {
    const { cluster, service } = small.stack
    await small.ecs.updateService({ cluster, service, desiredCount: 0 })
    const { events } = await small.service()
    expect((await shutdown()).exitCode).toBe(0)
    expect(await world()).toMatchObject({ desired: 0, living: 0, min: 0, suspended: all })
    const since = (await small.service()).events!.filter(({ id }) => !events!.some((one) => one.id === id))
    expect(since.filter(({ message }) => /started/.test(message!))).toEqual([])
    expect((await restore()).exitCode).toBe(4)
    expect((await restore('--desired-count', '2')).exitCode).toBe(0)
    expect(await world()).toMatchObject({ desired: 2, min: 1, max: 4, suspended: none, tags: {} })
  })

  test('what is not allowed does not keep the service from being stopped; it is said, with the command that does it', async () => {
    await workspace.fault({ call: 'ecs:TagResource', kind: 'denied', times: 9 })
    await workspace.fault({
      call: 'application-autoscaling:RegisterScalableTarget',
      kind: 'denied',
      times: 9,
    })
    const hampered = await shutdown()
    await workspace.clearFaults()
    expect(hampered.exitCode).toBe(1)
    const error = hampered.events.find(({ type }) => type === 'error')!
    expect(error.message).toContain('Remember what was: AccessDeniedException')
    expect(error.message).toContain('Suspend autoscaling: AccessDeniedException')
    expect(error.next).toStartWith('aws ecs tag-resource')
    expect(await world()).toMatchObject({ desired: 0, living: 0, suspended: none, tags: {} })
  })

  test('restore with nothing remembered says so and asks for --desired-count', async () => {
    const refused = await restore()
    expect(refused.exitCode).toBe(4)
    const error = refused.events.find(({ type }) => type === 'error')!
    expect(error.message).toContain('nothing is remembered')
    expect(error.next).toContain('--desired-count 2')
    expect((await restore('--desired-count', '1')).exitCode).toBe(0)
    expect(await world()).toMatchObject({ desired: 1, living: 1 })
    await reset()
  })

  test('Ctrl-C while it waits leaves a shutdown that stands, says what was done, and the same command ends it', async () => {
    const child = workspace.spawn(['bun', 'runbooks/emergency-shutdown.ts', '--yes'])
    for (
      const deadline = Date.now() + 30_000;
      (await small.service()).desiredCount !== 0;
      await Bun.sleep(20)
    ) {
      if (Date.now() > deadline) throw new Error('It never came to zero')
    }
    child.kill('SIGINT')
    const [said, complained] = [
      await new Response(child.stdout).text(),
      await new Response(child.stderr).text(),
    ]
    expect(await child.exited).toBe(130)
    expect(said + complained).toContain('Suspend autoscaling')
    expect((await world()).tags['tria:shutdown']).toStartWith('desired=2 ')
    expect((await shutdown()).exitCode).toBe(0)
    expect((await restore()).exitCode).toBe(0)
    expect(await world()).toMatchObject({ desired: 2, suspended: none })
  })

  test('killed before any of its calls is answered, the same command converges and nothing is forgotten', async () => {
    for (const call of [
      'ecs:TagResource',
      'application-autoscaling:RegisterScalableTarget',
      'ecs:UpdateService',
    ]) {
      const since = new Date()
      await workspace.fault({ call, delay: 4_000, times: 1 })
      const child = workspace.spawn(['bun', 'runbooks/emergency-shutdown.ts', '--yes'])
      await Bun.sleep(2_000)
      child.kill('SIGKILL')
      await child.exited
      // What was sent arrives, and nobody hears the answer.
      await Bun.sleep(2_500)
      await workspace.clearFaults()
      expect((await shutdown()).exitCode).toBe(0)
      expect(await world()).toMatchObject({ desired: 0, suspended: all })
      expect((await world()).tags['tria:shutdown']).toStartWith('desired=2 min=1 max=4 suspended=none ')
      expect((await restore()).exitCode).toBe(0)
      expect(await world()).toMatchObject({ desired: 2, suspended: none, min: 1, max: 4 })
      expect((await workspace.calls(since)).length).toBeGreaterThan(0)
    }
  })
})

describe('emergency-shutdown: bounds', () => {
  test('the policy that setup offers allows every call that was made', async () => {
    const calls = (await workspace.calls(began)).filter(
      ({ by, call }) => by === 'sdk-js' && /^(ecs|application|elastic|wafv2)/.test(call),
    )
    const made = calls.filter(
      ({ call }) =>
        !/:(Create|Register)(Cluster|Service|LoadBalancer|Listener|TargetGroup|TaskDefinition)/.test(call),
    )
    const policies = join(workspace.dir, 'terraform/bootstrap/policies')
    expect(notAllowed(made, offeredPolicy(policies))).toEqual([])
  })

  test(`UpdateService is called within ${bound} of the wall time of aws ecs update-service`, async () => {
    await reset()
    expect(summary(await benchmark(workspace, small, 4)).ratio.p50).toBeLessThanOrEqual(bound)
  })
})
