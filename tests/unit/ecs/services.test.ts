import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Bench, type Json, openBench, until, vpc } from './bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench({ healthyWithoutChecks: 200 })
}, 60_000)
afterAll(() => bench.close(), 60_000)

const answerOf = async (ip: string) => (await fetch(`http://127.0.0.1:${bench.network.portOf(ip)}/`)).text()
const ipOf = (task: Json) => task.containers[0].networkInterfaces[0].privateIpv4Address

describe('a service', () => {
  test('createEcs: CreateService runs its desired count of real processes and gets steady', async () => {
    const taskDefinition = await bench.define({ environment: [{ name: 'VERSION', value: '1' }] })
    const { service } = await bench.call('CreateService', {
      cluster: 'c',
      serviceName: 's',
      taskDefinition,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: vpc,
    })
    expect(service.deployments).toHaveLength(1)
    expect(service.deployments[0].rolloutState).toBe('IN_PROGRESS')
    const steady = await until('two running and completed', async () => {
      const now = await bench.service()
      return now.deployments[0].rolloutState === 'COMPLETED' && now
    })
    expect(steady.runningCount).toBe(2)
    const tasks = await bench.tasks()
    expect(await Promise.all(tasks.map((task: Json) => answerOf(ipOf(task))))).toEqual(['1', '1'])
    const id = steady.deployments[0].id
    const said = steady.events.map((event: Json) => event.message)
    expect(said.slice(0, 2)).toEqual([
      '(service s) has reached a steady state.',
      `(service s) (deployment ${id}) deployment completed.`,
    ])
    expect(said.at(-1)).toStartWith('(service s) has started 2 tasks: (task ')
  }, 30_000)

  test('UpdateService: a new task definition rolls, never under the floor, old processes gone', async () => {
    const before = await bench.tasks()
    const taskDefinition = await bench.define({ environment: [{ name: 'VERSION', value: '2' }] })
    const { service } = await bench.call('UpdateService', { cluster: 'c', service: 's', taskDefinition })
    expect(service.deployments.map((it: Json) => it.status)).toEqual(['PRIMARY', 'ACTIVE'])
    let least = 9
    await until('one deployment, completed', async () => {
      const now = await bench.service()
      least = Math.min(least, now.runningCount)
      return now.deployments.length === 1 && now.deployments[0].rolloutState === 'COMPLETED'
    })
    expect(least).toBeGreaterThanOrEqual(2)
    const tasks = await bench.tasks()
    expect(await Promise.all(tasks.map((task: Json) => answerOf(ipOf(task))))).toEqual(['2', '2'])
    for (const task of before) await expect(answerOf(ipOf(task))).rejects.toThrow()
    const stopped = await bench.tasks('STOPPED')
    expect(stopped.map((it: Json) => [it.stopCode, it.containers[0].exitCode])).toEqual([
      ['ServiceSchedulerInitiated', 0],
      ['ServiceSchedulerInitiated', 0],
    ])
    expect(stopped[0].stoppedReason).toBe(
      `Scaling activity initiated by (deployment ${service.deployments[0].id})`,
    )
    expect(await bench.lines(tasks[0].taskArn)).toEqual(['version 2 starts'])
    expect(await bench.lines(before[0].taskArn)).toEqual(['version 1 starts', 'goes'])
  }, 30_000)

  test('DeleteService: drains, then INACTIVE, and no process or interface is left', async () => {
    await expect(bench.call('DeleteService', { cluster: 'c', service: 's' })).rejects.toThrow(
      'The service cannot be stopped while it is scaled above 0.',
    )
    await bench.call('DeleteService', { cluster: 'c', service: 's', force: true })
    await until('inactive', async () => (await bench.service()).status === 'INACTIVE')
    expect(await bench.tasks()).toEqual([])
    expect(bench.network.attached.size).toBe(0)
  }, 30_000)
})
