import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { isFargateSize } from '../../../rehearsal/ecs/judge/fargate.ts'
import { type Bench, openBench } from './bench.ts'

describe('isFargateSize', () => {
  test.each([
    [256, 512, true],
    [256, 2048, true],
    [256, 3072, false],
    [512, 512, false],
    [512, 3072, true],
    [1024, 8192, true],
    [1024, 9216, false],
    [4096, 30_720, true],
    [8192, 18_432, false],
    [300, 512, false],
  ])('%p units with %p MiB: %p', (cpu, memory, expected) => expect(isFargateSize(cpu, memory)).toBe(expected))
})

describe('task definitions', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench()
  }, 60_000)
  afterAll(() => bench.close(), 60_000)

  const fargate = {
    family: 'f',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
  }
  const container = { name: 'web', image: 'app:1' }
  const logConfiguration = { logDriver: 'awslogs', options: {} }

  test.each<[string, object, string]>([
    [
      'no such size',
      { memory: '4096' },
      'No Fargate configuration exists for given values: 256 CPU, 4096 memory.',
    ],
    ['no cpu', { cpu: undefined }, 'Fargate requires that "cpu" be defined at the task level.'],
    [
      'logs without a role',
      { containerDefinitions: [{ ...container, logConfiguration }] },
      'to support log driver awslogs.',
    ],
    [
      'secrets without a role',
      { containerDefinitions: [{ ...container, secrets: [{ name: 'a', valueFrom: 'b' }] }] },
      "'executionRoleArn'",
    ],
  ])('RegisterTaskDefinition refuses: %s', async (_, change, message) => {
    const input = { ...fargate, containerDefinitions: [container], ...change }
    await expect(bench.call('RegisterTaskDefinition', input)).rejects.toThrow(message)
  })

  test('DescribeTaskDefinition of a family gives its latest active revision', async () => {
    const [first, second] = [await bench.define(), await bench.define()]
    expect(
      (await bench.call('DescribeTaskDefinition', { taskDefinition: 'app' })).taskDefinition
        .taskDefinitionArn,
    ).toBe(second)
    await bench.deregister(second)
    expect(
      (await bench.call('DescribeTaskDefinition', { taskDefinition: 'app' })).taskDefinition
        .taskDefinitionArn,
    ).toBe(first)
    expect(
      (await bench.call('DescribeTaskDefinition', { taskDefinition: second })).taskDefinition.status,
    ).toBe('INACTIVE')
    await expect(bench.call('DescribeTaskDefinition', { taskDefinition: 'nothing' })).rejects.toThrow(
      'Unable to describe task definition.',
    )
  })

  test('ListTaskDefinitions sorts by revision, not by letters, and pages', async () => {
    const arn = (revision: number) => `arn:aws:ecs:us-east-1:1:task-definition/f:${revision}`
    const taskDefinitionArns = [1, 2, 9, 10, 11].map(arn)
    const list = async (input: object) => {
      const call = { input, answer: async () => ({ taskDefinitionArns: [...taskDefinitionArns] }) }
      return bench.ecs.handlers.ecs!.ListTaskDefinitions!(call as never) as Promise<{
        taskDefinitionArns: string[]
        nextToken?: string
      }>
    }
    const first = await list({ sort: 'DESC', maxResults: 3 })
    expect(first.taskDefinitionArns).toEqual([11, 10, 9].map(arn))
    const rest = await list({ sort: 'DESC', maxResults: 3, nextToken: first.nextToken })
    expect(rest).toEqual({ taskDefinitionArns: [2, 1].map(arn) })
  })
})
