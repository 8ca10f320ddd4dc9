import { describe, expect, test } from 'bun:test'
import type { Task } from '@aws-sdk/client-ecs'
import { causeOf } from '../../../runbooks/deployment/cause'

const task = (more: Partial<Task> & { exitCode?: number; why?: string } = {}): Task => {
  const { exitCode, why, ...rest } = more
  return {
    taskArn: 'arn:aws:ecs:us-east-1:123456789012:task/c/1',
    stoppedAt: new Date(1_700_000_000_000),
    containers: [
      {
        name: 'tria-aibpo-backend',
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(why === undefined ? {} : { reason: why }),
      },
    ],
    ...rest,
  }
}
const none = () => []

describe('causeOf: what stopped tasks tell', () => {
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/tria-aibpo-staging@sha256:00'
  const cases: [string, Task, RegExp][] = [
    [
      'image missing',
      task({
        stopCode: 'TaskFailedToStart',
        stoppedReason: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: not found`,
      }),
      /^The image cannot be pulled: .*not found$/,
    ],
    [
      'secret missing',
      task({
        stopCode: 'TaskFailedToStart',
        stoppedReason:
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:x from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, api error ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      }),
      /^A secret cannot be read at start: .*can't find the specified secret\.$/,
    ],
    [
      'out of memory',
      task({ exitCode: 137, why: 'OutOfMemoryError: Container killed due to memory usage' }),
      /out of memory/,
    ],
    ['137 without that reason is not called out of memory', task({ exitCode: 137 }), /killed \(SIGKILL\)$/],
    [
      'crash',
      task({ exitCode: 1, stoppedReason: 'Essential container in task exited' }),
      /exited with code 1/,
    ],
    [
      'ELB',
      task({ exitCode: 143, stoppedReason: 'Task failed ELB health checks in (target-group arn:x)' }),
      /load balancer/,
    ],
    [
      'container health',
      task({ stoppedReason: 'Task failed container health checks' }),
      /container health check failed/,
    ],
  ]
  test.each(cases)('%s', (_name, stopped, sentence) => {
    expect(causeOf([stopped], none)?.sentence).toMatch(sentence)
  })

  test('the first task that failed is the telling one', () => {
    const first = task({ exitCode: 1, taskArn: 'task/first', stoppedAt: new Date(1) })
    const later = task({ exitCode: 2, taskArn: 'task/later', stoppedAt: new Date(2) })
    expect(causeOf([later, first], none)?.task).toBe('task/first')
  })

  test('tasks that scaling or a person stopped tell nothing', () => {
    const scaled = task({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
    })
    expect(causeOf([scaled, task({ stopCode: 'UserInitiated' })], none)).toBeUndefined()
  })

  test('the last log lines are evidence', () => {
    const cause = causeOf([task({ exitCode: 1 })], () => ['Error: no such table'])
    expect(cause?.evidence).toContain('log: Error: no such table')
  })
})
