import { describe, expect, test } from 'bun:test'
import type { Task } from '@aws-sdk/client-ecs'
import { causeOf, type Told, unhealthyTarget } from '../../../runbooks/deployment/cause'

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
const none: Told = { linesOf: () => [], answerOf: () => undefined }

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
      /ran out of memory \(exit code 137\): raise ecs_task_memory/,
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
    const cause = causeOf([task({ exitCode: 1 })], { ...none, linesOf: () => ['Error: no such table'] })
    expect(cause?.evidence).toContain('log: Error: no such table')
    expect(cause?.sentence).toBe('The container exited with code 1: Error: no such table')
  })

  test('a task that is still being stopped failed when its stopping began', () => {
    const first = task({
      exitCode: 1,
      taskArn: 'task/first',
      stoppedAt: new Date(9),
      stoppingAt: new Date(1),
    })
    const { stoppedAt: _, ...stopping } = task({
      exitCode: 2,
      taskArn: 'task/later',
      stoppingAt: new Date(2),
    })
    expect(causeOf([stopping, first], none)?.task).toBe('task/first')
  })

  const sick = task({ exitCode: 143, stoppedReason: 'Task failed ELB health checks in (target-group arn:x)' })

  test('the answer to the health check is named', () => {
    const answerOf = () => 'Health checks failed with these codes: [500]'
    const cause = causeOf([sick], { ...none, answerOf })
    expect(cause?.sentence).toBe(
      'The load balancer got no healthy answer from /health: Health checks failed with these codes: [500]',
    )
    expect(
      causeOf([task({ stoppedReason: 'Task failed container health checks' })], { ...none, answerOf })
        ?.sentence,
    ).toBe('The container health check failed; /health: Health checks failed with these codes: [500]')
  })

  test('no answer at all may be a slow start, which wants a longer grace period', () => {
    const cause = causeOf([sick], { ...none, answerOf: () => 'Request timed out' })
    expect(cause?.sentence).toMatch(/Request timed out.*health_check_grace_period/)
  })

  test('a container that was ended for its health has not exited by itself', () => {
    const failing = task({ exitCode: 143, stoppedReason: 'Task failed container health checks' })
    expect(causeOf([failing], none)?.sentence).toMatch(/health check failed/)
  })
})

describe('unhealthyTarget: what ECS says the load balancer got', () => {
  test('task and reason', () => {
    const event =
      '(service s) (task 0f1e) (port 8080) is unhealthy in (target-group arn:aws:x/y) due to (reason Health checks failed with these codes: [500]).'
    expect(unhealthyTarget(event)).toEqual({
      task: '0f1e',
      reason: 'Health checks failed with these codes: [500]',
    })
  })
  test('another event', () => {
    expect(unhealthyTarget('(service s) has stopped 1 running tasks: (task 0f1e).')).toBeUndefined()
  })
})
