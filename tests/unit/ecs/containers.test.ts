import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Bench, openBench, until, vpc } from './bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench({ provisioning: 10 })
}, 60_000)
afterAll(() => bench.close(), 60_000)

const image = 'app:1'

test('dependsOn: a container starts once another has succeeded, and the task lives on without it', async () => {
  const containerDefinitions = [
    {
      name: 'web',
      image,
      essential: true,
      dependsOn: [{ containerName: 'prepare', condition: 'SUCCESS' as const }],
    },
    { name: 'prepare', image, essential: false, command: ['once', '0'] },
  ]
  const taskDefinition = await bench.define({}, { containerDefinitions })
  const { tasks } = await bench.call('RunTask', { cluster: 'c', taskDefinition, networkConfiguration: vpc })
  const cluster = { cluster: 'c', tasks: [tasks[0].taskArn] }
  const running = await until('running', async () => {
    const task = (await bench.call('DescribeTasks', cluster)).tasks[0]
    return task.lastStatus === 'RUNNING' && task
  })
  const [web, prepare] = running.containers
  expect(prepare).toMatchObject({ name: 'prepare', lastStatus: 'STOPPED', exitCode: 0 })
  expect(web).toMatchObject({ name: 'web', lastStatus: 'RUNNING' })
  await bench.call('StopTask', { cluster: 'c', task: tasks[0].taskArn })
  await until(
    'stopped',
    async () => (await bench.call('DescribeTasks', cluster)).tasks[0].lastStatus === 'STOPPED',
  )
}, 20_000)

test('an essential container that ends takes the others with it', async () => {
  const containerDefinitions = [
    { name: 'web', image, essential: true },
    { name: 'short', image, essential: true, command: ['once', '4'] },
  ]
  const taskDefinition = await bench.define({}, { containerDefinitions })
  const { tasks } = await bench.call('RunTask', { cluster: 'c', taskDefinition, networkConfiguration: vpc })
  const done = await until('stopped', async () => {
    const task = (await bench.call('DescribeTasks', { cluster: 'c', tasks: [tasks[0].taskArn] })).tasks[0]
    return task.lastStatus === 'STOPPED' && task
  })
  expect(done).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  })
  expect(done.containers.map((it: { lastStatus: string }) => it.lastStatus)).toEqual(['STOPPED', 'STOPPED'])
  expect(done.containers[1].exitCode).toBe(4)
}, 20_000)
