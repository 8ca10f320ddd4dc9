import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { raiseQuota } from '../../../rehearsal/quotas.ts'
import { type Bench, type Json, openBench, until, vpc } from './bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench({ provisioning: 10, usage: 100 })
}, 60_000)
afterAll(() => bench.close(), 60_000)

const run = async (taskDefinition: string, more: object = {}) =>
  (
    await bench.call('RunTask', {
      cluster: 'c',
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: vpc,
      ...more,
    })
  ).tasks[0]
const describeTask = async (arn: string) =>
  (await bench.call('DescribeTasks', { cluster: 'c', tasks: [arn], include: ['TAGS'] })).tasks[0]
const in_ = (arn: string, status: string) =>
  until(`${status}`, async () => {
    const task = await describeTask(arn)
    return task.lastStatus === status && task
  })
const command = (...words: string[]) => ({
  overrides: { containerOverrides: [{ name: 'web', command: words }] },
})
const once = async (...words: string[]) =>
  in_((await run(await bench.define(), command(...words))).taskArn, 'STOPPED')

describe('RunTask', () => {
  test('runs a one-shot task to its exit code, with overrides, logs and the names of ECS', async () => {
    const overrides = {
      containerOverrides: [
        { name: 'web', command: ['once', '7'], environment: [{ name: 'EXTRA', value: 'more' }] },
      ],
      memory: '1024',
    }
    const task = await run(await bench.define(), {
      overrides,
      startedBy: 'deploy',
      tags: [{ key: 'a', value: 'b' }],
    })
    expect(task.taskArn).toMatch(/^arn:aws:ecs:us-east-1:123456789012:task\/c\/[0-9a-f]{32}$/)
    expect(task).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      group: 'family:app',
      startedBy: 'deploy',
      memory: '1024',
    })
    const done = await in_(task.taskArn, 'STOPPED')
    expect(done).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      tags: [{ key: 'a', value: 'b' }],
    })
    expect(done.containers[0].exitCode).toBe(7)
    expect(await bench.lines(task.taskArn)).toEqual(['version 1 starts', 'ran once 7 more'])
  }, 20_000)

  test('exit code 0 is recorded as 0', async () =>
    expect((await once('once', '0')).containers[0].exitCode).toBe(0))

  test.each([
    ['count', { count: 11 }, 'InvalidParameterException'],
    ['no network', { networkConfiguration: undefined }, 'InvalidParameterException'],
    [
      'unknown container',
      { overrides: { containerOverrides: [{ name: 'other' }] } },
      'InvalidParameterException',
    ],
    ['unknown definition', { taskDefinition: 'nothing:1' }, 'ClientException'],
    ['unknown cluster', { cluster: 'none' }, 'ClusterNotFoundException'],
    [
      'two ways to launch',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'InvalidParameterException',
    ],
  ])('refuses: %s', async (_, change, code) => {
    const taskDefinition = await bench.define()
    await expect(run(taskDefinition, change)).rejects.toMatchObject({ code })
  })
})

describe('the environment of a task', () => {
  test('image, definition, secrets and what stands in for the machine; nothing of the daemon', async () => {
    process.env.DAEMON_ONLY = 'secret of the daemon'
    const json = await bench.secret('app/inputs', JSON.stringify({ key: 'k-1', number: 5 }))
    const plain = await bench.secret('app/plain', 'p-1')
    const secrets = [
      { name: 'KEY', valueFrom: `${json}:key::` },
      { name: 'NUMBER', valueFrom: `${json}:number::` },
      { name: 'PLAIN', valueFrom: plain },
    ]
    const task = await run(await bench.define({ secrets, environment: [{ name: 'OWN', value: 'x=y' }] }))
    const running = await in_(task.taskArn, 'RUNNING')
    const ip = running.containers[0].networkInterfaces[0].privateIpv4Address
    const env = await until('answers', async () =>
      fetch(`http://127.0.0.1:${bench.network.portOf(ip)}/env`).then(
        (it) => it.json(),
        () => undefined,
      ),
    )
    expect(env).toMatchObject({
      FROM_IMAGE: 'yes',
      OWN: 'x=y',
      KEY: 'k-1',
      NUMBER: '5',
      PLAIN: 'p-1',
      TRUST: 'ca.pem',
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    })
    expect(env).not.toHaveProperty('DAEMON_ONLY')
    delete process.env.DAEMON_ONLY
    await bench.call('StopTask', { cluster: 'c', task: task.taskArn })
    await in_(task.taskArn, 'STOPPED')
  }, 20_000)
})

describe('a task that cannot start says why in the words of AWS', () => {
  const fails = async (container: object, more: object = {}) =>
    in_((await run(await bench.define(container, more))).taskArn, 'STOPPED')
  const missing = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf'

  test('image missing', async () => {
    const task = await fails({ image: 'missing:1' })
    expect(task.stopCode).toBe('TaskFailedToStart')
    expect(task.stoppedReason).toBe(
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref missing:1: missing:1: not found',
    )
    expect(task.containers[0].reason).toBe(task.stoppedReason)
    expect(task.containers[0].exitCode).toBeUndefined()
  }, 20_000)

  test('an image that was built for another processor', async () => {
    const on = (cpuArchitecture: 'ARM64' | 'X86_64') => ({
      runtimePlatform: { cpuArchitecture, operatingSystemFamily: 'LINUX' as const },
    })
    const task = await fails({ image: 'app:amd64' }, on('ARM64'))
    expect(task.stopCode).toBe('TaskFailedToStart')
    expect(task.stoppedReason).toEndWith(
      "image Manifest does not contain descriptor matching platform 'linux/arm64'",
    )
    const fits = await run(await bench.define({ image: 'app:arm64' }, on('ARM64')), command('once', '0'))
    expect((await in_(fits.taskArn, 'STOPPED')).containers[0].exitCode).toBe(0)
  }, 20_000)

  test('secret missing', async () => {
    const { stoppedReason } = await fails({ secrets: [{ name: 'A', valueFrom: missing }] })
    expect(stoppedReason).toStartWith(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: ',
    )
    expect(stoppedReason).toContain(`failed to fetch secret ${missing} from secrets manager: `)
    expect(stoppedReason).toEndWith(
      "api error ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    )
  }, 20_000)

  test('JSON key missing', async () => {
    const arn = await bench.secret('app/keys', '{"a":"1"}')
    const { stoppedReason } = await fails({ secrets: [{ name: 'A', valueFrom: `${arn}:b::` }] })
    expect(stoppedReason).toEndWith('retrieved secret from Secrets Manager did not contain json key b')
  }, 20_000)

  test('the execution role may not read the secret', async () => {
    const arn = await bench.secret('app/denied', 'x')
    await bench.permit(['logs:*'])
    const { stoppedReason } = await fails({ secrets: [{ name: 'A', valueFrom: arn }] })
    await bench.permit(['logs:*', 'secretsmanager:GetSecretValue'])
    expect(stoppedReason).toContain(
      'api error AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/execution/',
    )
    expect(stoppedReason).toEndWith(
      `is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    )
  }, 20_000)

  test('log group missing', async () => {
    const options = {
      'awslogs-group': '/none',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'ecs',
    }
    const { stoppedReason } = await fails({ logConfiguration: { logDriver: 'awslogs', options } })
    expect(stoppedReason).toStartWith('ResourceInitializationError: failed to validate logger args: ')
    expect(stoppedReason).toContain('The specified log group does not exist.')
  }, 20_000)

  test('role missing', async () => {
    const { stoppedReason } = await fails({}, { executionRoleArn: 'arn:aws:iam::123456789012:role/none' })
    expect(stoppedReason).toStartWith(
      "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/none'",
    )
  }, 20_000)

  test('program missing', async () => {
    const { stoppedReason } = await fails({ entryPoint: ['nothing-like-it'], command: ['x'] })
    expect(stoppedReason).toContain('exec: "nothing-like-it": executable file not found in $PATH')
  }, 20_000)
})

describe('the end of a task', () => {
  test('StopTask: SIGTERM, and the reason given', async () => {
    const task = await run(await bench.define())
    await in_(task.taskArn, 'RUNNING')
    await until('prints', async () => (await bench.lines(task.taskArn)).length > 0)
    await bench.call('StopTask', { cluster: 'c', task: task.taskArn, reason: 'enough' })
    const done = await in_(task.taskArn, 'STOPPED')
    expect(done).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough' })
    expect(done.containers[0].exitCode).toBe(0)
    expect((await bench.lines(task.taskArn)).at(-1)).toBe('goes')
  }, 20_000)

  test('a process that does not listen is killed after the stop timeout: 137', async () => {
    const task = await run(
      await bench.define({ environment: [{ name: 'MODE', value: 'deaf' }], stopTimeout: 1 }),
    )
    await in_(task.taskArn, 'RUNNING')
    await until('prints', async () => (await bench.lines(task.taskArn)).length > 0)
    await Bun.sleep(200)
    const before = Date.now()
    await bench.call('StopTask', { cluster: 'c', task: task.taskArn })
    const done = await in_(task.taskArn, 'STOPPED')
    expect(done.containers[0].exitCode).toBe(137)
    expect(done.containers[0].reason).toBeUndefined()
    expect(Date.now() - before).toBeGreaterThan(900)
  }, 20_000)

  test('more memory than the task has: 137 and the reason', async () => {
    const done = await in_(
      (await run(await bench.define({ environment: [{ name: 'MODE', value: 'eat' }] }))).taskArn,
      'STOPPED',
    )
    expect(done.containers[0]).toMatchObject({
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    })
  }, 30_000)

  test('stopped before it ran, it leaves nothing behind', async () => {
    const task = await run(await bench.define())
    await bench.call('StopTask', { cluster: 'c', task: task.taskArn })
    await in_(task.taskArn, 'STOPPED')
    await until('no interface', () => bench.network.attached.size === 0)
  }, 20_000)
})

describe('ListTasks and DescribeTasks', () => {
  test('filters, defaults to RUNNING, pages; unknown tasks are MISSING', async () => {
    const taskDefinition = await bench.define()
    const tasks = await Promise.all([1, 2, 3].map(() => run(taskDefinition, { startedBy: 'listed' })))
    const arns = tasks.map((it: Json) => it.taskArn).sort()
    const all = await bench.call('ListTasks', { cluster: 'c', startedBy: 'listed' })
    expect(all.taskArns.sort()).toEqual(arns)
    const first = await bench.call('ListTasks', {
      cluster: 'c',
      family: 'app',
      startedBy: 'listed',
      maxResults: 2,
    })
    const second = await bench.call('ListTasks', {
      cluster: 'c',
      family: 'app',
      startedBy: 'listed',
      maxResults: 2,
      nextToken: first.nextToken,
    })
    expect([...first.taskArns, ...second.taskArns].sort()).toEqual(arns)
    expect(second.nextToken).toBeUndefined()
    for (const task of arns) await bench.call('StopTask', { cluster: 'c', task })
    expect((await bench.call('ListTasks', { cluster: 'c', startedBy: 'listed' })).taskArns).toEqual([])
    const stopped = await bench.call('ListTasks', {
      cluster: 'c',
      startedBy: 'listed',
      desiredStatus: 'STOPPED',
    })
    expect(stopped.taskArns.sort()).toEqual(arns)
    const { failures } = await bench.call('DescribeTasks', { cluster: 'c', tasks: ['f'.repeat(32)] })
    expect(failures).toEqual([
      { arn: `arn:aws:ecs:us-east-1:123456789012:task/c/${'f'.repeat(32)}`, reason: 'MISSING' },
    ])
    await expect(bench.call('ListTasks', { cluster: 'c', serviceName: 'none' })).rejects.toMatchObject({
      code: 'ServiceNotFoundException',
    })
  }, 20_000)
})

describe('what there is to run on', () => {
  // A task counts against the quota until it has stopped, not until it is told to.
  beforeAll(async () => {
    const { taskArns } = await bench.call('ListTasks', { cluster: 'c', desiredStatus: 'STOPPED' })
    for (const task of taskArns) await in_(task, 'STOPPED')
  }, 20_000)

  const start = async (taskDefinition: string, provider?: string) =>
    bench.call('RunTask', {
      cluster: 'c',
      taskDefinition,
      networkConfiguration: vpc,
      ...(provider
        ? { capacityProviderStrategy: [{ capacityProvider: provider, weight: 1 }] }
        : { launchType: 'FARGATE' }),
    })
  const stop = async (task: string) => {
    await bench.call('StopTask', { cluster: 'c', task })
    await in_(task, 'STOPPED')
  }

  test("the account's vCPUs: what is past them is not placed, until AWS grants more or others end", async () => {
    const four = await bench.define({}, { cpu: '4096', memory: '8192' })
    const first = (await start(four)).tasks[0].taskArn
    const over = await start(four)
    expect([over.tasks, over.failures]).toEqual([
      [],
      [{ reason: "You've reached the limit on the number of vCPUs you can run concurrently." }],
    ])
    // Spot has a quota of its own.
    const spot = (await start(four, 'FARGATE_SPOT')).tasks[0].taskArn
    raiseQuota(bench.world, 'L-3032A538', 8)
    const second = (await start(four)).tasks[0].taskArn
    expect((await start(four)).tasks).toEqual([])
    await Promise.all([first, second, spot].map(stop))
    expect((await start(four)).failures).toEqual([])
  })

  test('Spot that AWS wants back: its tasks are interrupted, and there is no other', async () => {
    const small = await bench.define()
    const spot = (await start(small, 'FARGATE_SPOT')).tasks[0].taskArn
    const own = (await start(small)).tasks[0].taskArn
    await in_(spot, 'RUNNING')
    bench.ecs.capacity({ provider: 'FARGATE_SPOT', available: false })
    expect(await in_(spot, 'STOPPED')).toMatchObject({
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
    })
    await in_(own, 'RUNNING')
    expect((await start(small, 'FARGATE_SPOT')).failures[0].reason).toStartWith('Capacity is unavailable')
    bench.ecs.capacity({ provider: 'FARGATE_SPOT', available: true })
    expect((await start(small, 'FARGATE_SPOT')).failures).toEqual([])
  })
})
