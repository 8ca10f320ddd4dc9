import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Bench, type Json, openBench, until, vpc } from './bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench({ healthyWithoutChecks: 800, retry: 20, retryAtMost: 50, provisioning: 10 })
  group = (await bench.targetGroups()).used
}, 60_000)
afterAll(() => bench.close(), 60_000)

let group: string
const balancers = () => [{ targetGroupArn: group, containerName: 'web', containerPort: 8080 }]
const ipOf = (task: Json) => task.containers[0].networkInterfaces[0].privateIpv4Address
const answerOf = async (task: Json) =>
  (await fetch(`http://127.0.0.1:${bench.network.portOf(ipOf(task))}/`)).text()
const env = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }))
const messages = (service: Json): string[] => service.events.map((event: Json) => event.message)

/** A steady service of version 1 behind the load balancer. */
async function steadyService(change: object = {}) {
  await bench.call('CreateService', {
    cluster: 'c',
    serviceName: 's',
    taskDefinition: await bench.define({ environment: env({ VERSION: '1' }) }),
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: vpc,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    ...change,
  })
  await until(
    'version 1 completed',
    async () => (await bench.service()).deployments[0].rolloutState === 'COMPLETED',
  )
  return bench.service()
}

const update = async (container: object, more: object = {}) =>
  (
    await bench.call('UpdateService', {
      cluster: 'c',
      service: 's',
      taskDefinition: await bench.define(container),
      ...more,
    })
  ).service.deployments[0].id as string

const lastDeployment = async () => {
  const { serviceDeployments } = await bench.call('ListServiceDeployments', { cluster: 'c', service: 's' })
  const arns = [serviceDeployments[0].serviceDeploymentArn]
  return (await bench.call('DescribeServiceDeployments', { serviceDeploymentArns: arns }))
    .serviceDeployments[0]
}

const settled = (status: string) =>
  until(status, async () => {
    const last = await lastDeployment()
    return last.status === status && last
  })

const served = async () => Promise.all((await bench.tasks()).map(answerOf))

beforeEach(async () => {
  const { services } = await bench.call('DescribeServices', { cluster: 'c', services: ['s'] })
  if (services[0]?.status !== 'ACTIVE') return
  await bench.call('DeleteService', { cluster: 'c', service: 's', force: true })
  await until('gone', async () => (await bench.service()).status === 'INACTIVE')
}, 30_000)

describe('a deployment that fails', () => {
  test('crash on start: the circuit breaks at 3, the last completed deployment returns under its own id', async () => {
    const before = await steadyService()
    const failed = await update({ environment: env({ MODE: 'crash' }) })
    const last = await settled('ROLLBACK_SUCCESSFUL')
    expect(last.statusReason).toBe(
      'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    )
    expect(last.deploymentCircuitBreaker).toMatchObject({ status: 'TRIGGERED', threshold: 3 })
    expect(last.rollback.serviceRevisionArn).toEndWith(before.deployments[0].id.split('/')[1])
    const now = await bench.service()
    expect(now.deployments).toHaveLength(1)
    expect(now.deployments[0].id).toBe(before.deployments[0].id)
    expect(now.taskDefinition).toBe(before.taskDefinition)
    expect(await served()).toEqual(['1', '1'])
    const said = messages(now)
    expect(said).toContain(`(service s) (deployment ${failed}) deployment failed: tasks failed to start.`)
    expect(said).toContain(`(service s) rolling back to deployment ${before.deployments[0].id}.`)
    const dead = (await bench.tasks('STOPPED')).find((it: Json) => it.startedBy === failed)
    expect(dead).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    })
    expect(dead.containers[0].exitCode).toBe(3)
    expect(await bench.lines(dead.taskArn)).toEqual(['version 1 starts', 'cannot start'])
  }, 30_000)

  test('while it goes back, the rollout states say so', async () => {
    const before = await steadyService()
    const id = before.deployments[0].id
    const failed = await update({ environment: env({ MODE: 'crash' }) })
    const seen = new Set<string>()
    await until('rolled back', async () => {
      for (const it of (await bench.service()).deployments)
        seen.add(`${it.status} ${it.rolloutState} ${it.rolloutStateReason}`)
      return (await lastDeployment()).status === 'ROLLBACK_SUCCESSFUL'
    })
    expect([...seen]).toContain(`PRIMARY IN_PROGRESS ECS deployment ${failed} in progress.`)
    expect([...seen]).toContain(
      `PRIMARY IN_PROGRESS ECS deployment circuit breaker: rolling back to deploymentId ${id}.`,
    )
    expect([...seen]).toContain('ACTIVE FAILED ECS deployment circuit breaker: tasks failed to start.')
  }, 30_000)

  test('failing load balancer health checks: replaced after the grace period, counted, rolled back', async () => {
    const before = await steadyService({ loadBalancers: balancers(), healthCheckGracePeriodSeconds: 1 })
    const failed = await update({ environment: env({ MODE: 'broken' }) })
    await settled('ROLLBACK_SUCCESSFUL')
    const now = await bench.service()
    expect(now.deployments[0].id).toBe(before.deployments[0].id)
    const sick = (await bench.tasks('STOPPED')).filter((it: Json) => it.startedBy === failed)
    expect(sick.map((it: Json) => it.stoppedReason)).toContain(
      `Task failed ELB health checks in (target-group ${group})`,
    )
    const one = sick.find((it: Json) => it.stoppedReason.includes('ELB'))
    const id = one.taskArn.split('/').at(-1)
    expect(messages(now)).toContain(
      `(service s) (task ${id}) (port 8080) is unhealthy in (target-group ${group}) due to (reason Health checks failed with these codes: [500]).`,
    )
    expect(
      messages(now).some((it) => it.endsWith('Amazon ECS replaced 1 tasks due to an unhealthy status.')),
    ).toBe(true)
    expect(one.stoppingAt - one.startedAt).toBeGreaterThanOrEqual(1)
  }, 40_000)

  test('failing container health checks', async () => {
    await steadyService()
    const healthCheck = { command: ['CMD', 'bun', 'main.js', 'health'], interval: 1, timeout: 2, retries: 1 }
    const failed = await update({ environment: env({ MODE: 'sick' }), healthCheck })
    await settled('ROLLBACK_SUCCESSFUL')
    const sick = (await bench.tasks('STOPPED')).find(
      (it: Json) => it.startedBy === failed && it.stoppedReason === 'Task failed container health checks',
    )
    expect(sick).toMatchObject({ healthStatus: 'UNHEALTHY', stopCode: 'ServiceSchedulerInitiated' })
    const id = sick.taskArn.split('/').at(-1)
    expect(messages(await bench.service())).toContain(
      `(service s) (task ${id}) failed container health checks.`,
    )
  }, 40_000)

  test('nothing to go back to: no more launches, and the reason is said', async () => {
    await bench.call('CreateService', {
      cluster: 'c',
      serviceName: 's',
      taskDefinition: await bench.define({ image: 'missing:1' }),
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: vpc,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    })
    const last = await settled('ROLLBACK_FAILED')
    expect(last.statusReason).toBe('No rollback candidate was found to run the rollback.')
    const count = (await bench.tasks('STOPPED')).length
    await Bun.sleep(400)
    expect((await bench.tasks('STOPPED')).length).toBe(count)
    const now = await bench.service()
    expect(now.deployments[0]).toMatchObject({
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      failedTasks: 3,
    })
  }, 30_000)

  test('without a breaker it goes on trying, ever more slowly', async () => {
    const before = await steadyService({ deploymentConfiguration: {} })
    await update({ environment: env({ MODE: 'crash' }) })
    await until('five failures', async () => (await bench.service()).deployments[0].failedTasks >= 5)
    expect((await lastDeployment()).status).toBe('IN_PROGRESS')
    expect(messages(await bench.service())).toContain(
      '(service s) is unable to consistently start tasks successfully.',
    )
    const old = (await bench.tasks()).filter((it: Json) => it.startedBy === before.deployments[0].id)
    expect(await Promise.all(old.map(answerOf))).toEqual(['1', '1'])
  }, 30_000)

  test('one that served and then dies is replaced and not counted', async () => {
    await steadyService()
    const [victim] = await bench.tasks()
    const pid = await pidOf(ipOf(victim))
    process.kill(pid, 'SIGKILL')
    await until('replaced', async () => {
      const ids = (await bench.tasks()).map((it: Json) => it.taskArn)
      return ids.length === 2 && !ids.includes(victim.taskArn) && (await bench.service()).runningCount === 2
    })
    expect((await bench.service()).deployments[0].failedTasks).toBe(0)
    const { tasks } = await bench.call('DescribeTasks', { cluster: 'c', tasks: [victim.taskArn] })
    expect(tasks[0].containers[0].exitCode).toBe(137)
    expect(tasks[0].containers[0].reason).toBeUndefined()
  }, 30_000)
})

async function pidOf(ip: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${bench.network.portOf(ip)}/pid`)
  return Number(await answer.text())
}

describe('deployments that meet', () => {
  test('a newer one supersedes: the older ends as STOPPED, its tasks go, the newest serves', async () => {
    await steadyService()
    await update({ environment: env({ MODE: 'broken', VERSION: '2' }) }, {})
    const second = (await lastDeployment()).serviceDeploymentArn
    const third = await update({ environment: env({ VERSION: '3' }) })
    await settled('SUCCESSFUL')
    const { serviceDeployments } = await bench.call('DescribeServiceDeployments', {
      serviceDeploymentArns: [second],
    })
    expect(serviceDeployments[0].status).toBe('STOPPED')
    const now = await bench.service()
    expect(now.deployments.map((it: Json) => it.id)).toEqual([third])
    expect(await served()).toEqual(['3', '3'])
  }, 30_000)

  test('StopServiceDeployment goes back, and refuses what has ended', async () => {
    const before = await steadyService()
    await update({
      environment: env({ VERSION: '2' }),
      healthCheck: { command: ['CMD-SHELL', 'exit 1'], retries: 10 },
    })
    const { serviceDeploymentArn } = await lastDeployment()
    await bench.call('StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' })
    await settled('ROLLBACK_SUCCESSFUL')
    const now = await bench.service()
    expect(now.deployments[0].id).toBe(before.deployments[0].id)
    expect(await served()).toEqual(['1', '1'])
    await expect(bench.call('StopServiceDeployment', { serviceDeploymentArn })).rejects.toMatchObject({
      code: 'ConflictException',
    })
    await expect(
      bench.call('StopServiceDeployment', { serviceDeploymentArn: 'arn:none' }),
    ).rejects.toMatchObject({
      code: 'ServiceDeploymentNotFoundException',
    })
  }, 30_000)

  test('forceNewDeployment alone makes one; desiredCount alone makes none', async () => {
    const before = await steadyService()
    await bench.call('UpdateService', { cluster: 'c', service: 's', desiredCount: 3 })
    await until('three', async () => (await bench.service()).runningCount === 3)
    expect((await bench.service()).deployments[0].id).toBe(before.deployments[0].id)
    await bench.call('UpdateService', {
      cluster: 'c',
      service: 's',
      forceNewDeployment: true,
      desiredCount: 1,
    })
    await settled('SUCCESSFUL')
    const now = await bench.service()
    expect(now.deployments[0].id).not.toBe(before.deployments[0].id)
    expect(now.taskDefinition).toBe(before.taskDefinition)
    expect(now.runningCount).toBe(1)
  }, 30_000)

  test('no request is lost at the load balancer while it rolls', async () => {
    await steadyService({ loadBalancers: balancers() })
    let lost = 0
    let asked = 0
    let rolling = true
    const client = (async () => {
      while (rolling) {
        const healthy = [...bench.targets.all].filter(([, health]) => health.State === 'healthy')
        const [ip] = healthy[asked++ % healthy.length] ?? []
        const answer =
          ip && (await fetch(`http://127.0.0.1:${bench.network.portOf(ip)}/`).catch(() => undefined))
        if (!(answer instanceof Response) || !answer.ok) lost++
        await Bun.sleep(5)
      }
    })()
    await update({ environment: env({ VERSION: '2' }) })
    await settled('SUCCESSFUL')
    rolling = false
    await client
    expect(asked).toBeGreaterThan(10)
    expect(lost).toBe(0)
  }, 30_000)
})
