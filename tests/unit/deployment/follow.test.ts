import { describe, expect, test } from 'bun:test'
import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../../../runbooks/aws/clients'
import { stackOf } from '../../../runbooks/aws/stack'
import type { Step } from '../../../runbooks/core'
import { follow } from '../../../runbooks/deployment/follow'

const id = 'ecs-svc/1000000000000000001'
const arn = 'arn:aws:ecs:us-east-1:123456789012:task/c/0f1e'
const deployment = { id, createdAt: new Date(1_700_000_000_000) }
const crashed: Task = {
  taskArn: arn,
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/t:1',
  stoppedReason: 'Essential container in task exited',
  stoppedAt: new Date(1_700_000_005_000),
  containers: [{ name: 'tria-aibpo-backend', exitCode: 1 }],
}

const logging = {
  name: 'tria-aibpo-backend',
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'app' },
  },
}

/** What ECS would answer, look by look; the last answer stays. An error is thrown, as the SDK throws it. */
function world(
  looks: (Error | { status: string; stopped?: Task[]; events?: string[]; at?: Date; newer?: boolean })[],
  log: () => string[] = () => [],
) {
  let look = -1
  const now = () => looks[Math.min(look, looks.length - 1)]!
  const answer = () => {
    const it = now()
    if (it instanceof Error) throw it
    return it
  }
  const ecs = {
    async describeServices() {
      look++
      const { events = [], at, newer } = answer()
      const own = { ...deployment, status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }
      const next = { id: 'ecs-svc/2', createdAt: new Date(1_700_000_009_000), status: 'PRIMARY' }
      return {
        services: [
          {
            status: 'ACTIVE',
            desiredCount: 2,
            deployments: newer ? [{ ...own, status: 'ACTIVE' }, next] : [own],
            events: events.map((message, i) => ({ id: String(i), message, createdAt: at ?? new Date() })),
          },
        ],
      }
    },
    listServiceDeployments: async () => ({
      serviceDeployments: [
        {
          serviceDeploymentArn: 'd',
          targetServiceRevisionArn: `r/${id.split('/')[1]}`,
          createdAt: deployment.createdAt,
        },
      ],
    }),
    describeServiceDeployments: async () => ({
      serviceDeployments: [{ serviceDeploymentArn: 'd', status: answer().status }],
    }),
    listTasks: async () => ({ taskArns: answer().stopped?.map(({ taskArn }) => taskArn) ?? [] }),
    describeTasks: async () => ({ tasks: answer().stopped ?? [] }),
    describeTaskDefinition: async () => ({ taskDefinition: { containerDefinitions: [logging] } }),
  }
  const logs = { getLogEvents: async () => ({ events: log().map((message) => ({ message })) }) }
  const elb = { describeTargetGroups: async () => ({ TargetGroups: [] }) }
  return { ecs: async () => ecs, elb: async () => elb, logs: async () => logs } as unknown as Aws
}

function steps() {
  const lines: string[] = []
  const waits: string[] = []
  const step: Step = {
    line: (text) => lines.push(text),
    waiting: (text) => waits.push(text),
    signal: new AbortController().signal,
  }
  return { step, lines, waits }
}

const failing = (name: string, more: object = {}) => Object.assign(new Error(`${name}!`), { name, ...more })
const run = (aws: Aws, step: Step, more: object = {}) =>
  follow(aws, stackOf('staging'), deployment, step, { timeoutMinutes: 1, everyMs: 1, ...more })

describe('follow', () => {
  test('a record that is stopped already, beside a service that was read before: looks again at what stopped it', async () => {
    const { step } = steps()
    const outcome = await run(world([{ status: 'STOPPED' }, { status: 'STOPPED', newer: true }]), step)
    expect(outcome.ended).toBe('superseded')
    expect((await run(world([{ status: 'STOPPED' }]), step)).ended).toBe('stopped')
  })

  const placed = ['(service s) was unable to place a task.']
  test.each([
    ['before the deployment', 1_699_999_999_999, 'IN_PROGRESS', []],
    [
      'since a deployment that an earlier run began, and that still runs',
      1_700_000_000_001,
      'IN_PROGRESS',
      placed,
    ],
    ['since a deployment that was over before', 1_700_000_000_001, 'COMPLETED', []],
  ])('what the service said %s: %d, %s', async (_what, at, rolloutState, shown) => {
    const { step, lines } = steps()
    const aws = world([{ status: 'SUCCESSFUL', events: placed, at: new Date(at) }])
    const own = { ...deployment, rolloutState: rolloutState as 'COMPLETED' }
    const outcome = await follow(aws, stackOf('staging'), own, step, { timeoutMinutes: 1, everyMs: 1 })
    expect([lines, outcome.ended]).toEqual([shown, 'successful'])
  })

  test('names the cause once, as soon as the first task has stopped, and keeps it to the end', async () => {
    const { step, lines } = steps()
    const aws = world([
      { status: 'IN_PROGRESS' },
      { status: 'IN_PROGRESS', stopped: [crashed] },
      { status: 'IN_PROGRESS', stopped: [crashed] },
      { status: 'ROLLBACK_SUCCESSFUL' },
    ])
    const outcome = await run(aws, step)
    expect(lines).toEqual([
      'Task 0f1e has stopped. The container exited with code 1: the application ended with an error',
    ])
    expect(outcome.ended).toBe('rolled back')
    expect(outcome.cause?.task).toBe(arn)
  })

  test('names the answer to the health check from the event that tells it', async () => {
    const { step } = steps()
    const sick = { ...crashed, stoppedReason: 'Task failed ELB health checks in (target-group arn:x)' }
    const event =
      '(service s) (task 0f1e) (port 8080) is unhealthy in (target-group arn:x) due to (reason Health checks failed with these codes: [500]).'
    const aws = world([{ status: 'ROLLBACK_SUCCESSFUL', stopped: [sick], events: [event] }])
    expect((await run(aws, step)).cause?.sentence).toMatch(/\[500\]$/)
  })

  test('reads the last lines again while there are none, and is not stopped by a log it may not read', async () => {
    const late = [[], ['error: the paint is still wet']]
    const looks = [
      { status: 'IN_PROGRESS', stopped: [crashed] },
      { status: 'ROLLBACK_SUCCESSFUL', stopped: [crashed] },
    ]
    const read = await run(
      world(looks, () => late.shift() ?? []),
      steps().step,
    )
    expect(read.cause?.sentence).toBe('The container exited with code 1: error: the paint is still wet')
    const denied = await run(
      world(looks, () => {
        throw failing('AccessDeniedException', { $metadata: { httpStatusCode: 400 } })
      }),
      steps().step,
    )
    expect(denied.cause?.sentence).toBe(
      'The container exited with code 1: the application ended with an error',
    )
    expect(denied.cause?.evidence).toContain('log: cannot be read: AccessDeniedException!')
  })

  test.each([
    [
      'throttling',
      failing('ThrottlingException'),
      "AWS: it is throttling this account's calls (ThrottlingException!)",
    ],
    [
      'a network that is away',
      failing('Error', { code: 'ConnectionRefused' }),
      'Network: nothing answers (connection refused)',
    ],
    ['a service that is down', failing('Anything', { $metadata: { httpStatusCode: 503 } }), 'Anything!'],
  ])('bears %s, and says so', async (_name, error, said) => {
    const { step, waits } = steps()
    const outcome = await run(world([error, error, { status: 'SUCCESSFUL' }]), step)
    expect(outcome.ended).toBe('successful')
    expect(waits).toEqual(Array(2).fill(`${said}; trying again`))
  })

  test('but not for ever', async () => {
    const { step } = steps()
    const gone = failing('Error', { code: 'ConnectionRefused' })
    await expect(run(world([{ status: 'IN_PROGRESS' }, gone]), step, { patienceMs: 30 })).rejects.toThrow(
      'Error!',
    )
  })

  test('expired credentials end it at once', async () => {
    const { step, waits } = steps()
    const expired = failing('ExpiredTokenException', { $metadata: { httpStatusCode: 400 } })
    await expect(run(world([expired, { status: 'SUCCESSFUL' }]), step)).rejects.toThrow(
      'ExpiredTokenException!',
    )
    expect(waits).toEqual([])
  })

  test('gives up waiting for the rollout when its time is over', async () => {
    const { step } = steps()
    const outcome = await run(world([{ status: 'IN_PROGRESS' }]), step, { timeoutMinutes: 0.001 })
    expect(outcome.ended).toBe('timeout')
  })
})
