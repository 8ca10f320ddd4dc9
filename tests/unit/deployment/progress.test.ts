import { describe, expect, test } from 'bun:test'
import type { Deployment, Service, ServiceDeployment } from '@aws-sdk/client-ecs'
import { judge } from '../../../runbooks/deployment/progress'

const own = 'ecs-svc/1000000000000000001'
const newer = 'ecs-svc/1000000000000000002'
const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000)
const entry = (more: Partial<Deployment>): Deployment => ({
  id: own,
  status: 'PRIMARY',
  rolloutState: 'IN_PROGRESS',
  createdAt: at(0),
  desiredCount: 2,
  runningCount: 1,
  pendingCount: 1,
  ...more,
})
const service = (...deployments: Deployment[]): Service => ({ deployments })

describe('judge: how one deployment stands', () => {
  const cases: [string, Service, ServiceDeployment | undefined, string | undefined][] = [
    ['runs', service(entry({})), { status: 'IN_PROGRESS' }, undefined],
    ['runs while the history lags', service(entry({})), undefined, undefined],
    [
      'completed by its record',
      service(entry({ rolloutState: 'COMPLETED' })),
      { status: 'SUCCESSFUL' },
      'successful',
    ],
    [
      'completed before there is a record',
      service(entry({ rolloutState: 'COMPLETED' })),
      undefined,
      'successful',
    ],
    [
      'shut down: at 0 tasks ECS calls any deployment a success',
      { ...service(entry({ rolloutState: 'COMPLETED' })), desiredCount: 0 },
      { status: 'SUCCESSFUL' },
      'shut down',
    ],
    [
      'is rolling back: not over yet',
      service(entry({ rolloutState: 'FAILED' })),
      { status: 'ROLLBACK_IN_PROGRESS' },
      undefined,
    ],
    [
      'rolled back is not a success',
      service(entry({ id: newer })),
      { status: 'ROLLBACK_SUCCESSFUL' },
      'rolled back',
    ],
    [
      'failed, and ECS was told not to go back',
      {
        ...service(entry({ rolloutState: 'FAILED' })),
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      },
      { status: 'IN_PROGRESS' },
      'failed',
    ],
    ['rollback failed too', service(entry({ id: newer })), { status: 'ROLLBACK_FAILED' }, 'failed'],
    [
      'a stable service whose record says rolled back',
      service(entry({ id: 'ecs-svc/1', rolloutState: 'COMPLETED', runningCount: 2, pendingCount: 0 })),
      { status: 'ROLLBACK_SUCCESSFUL' },
      'rolled back',
    ],
    [
      'superseded: stopped, and a newer one is primary',
      service(entry({ id: newer, createdAt: at(9) }), entry({ status: 'ACTIVE' })),
      { status: 'STOPPED' },
      'superseded',
    ],
    [
      'superseded: its own entry has gone from the service already',
      service(entry({ id: newer, createdAt: at(9) })),
      { status: 'STOPPED', createdAt: at(0) },
      'superseded',
    ],
    ['stopped by hand', service(entry({})), { status: 'STOPPED' }, 'stopped'],
    [
      'stopped by hand, and an older one is primary again',
      service(entry({ id: 'ecs-svc/1', createdAt: at(-9) })),
      { status: 'STOPPED', createdAt: at(0) },
      'stopped',
    ],
    [
      'superseded before there is a record',
      service(entry({ id: newer, createdAt: at(9) }), entry({ status: 'ACTIVE' })),
      undefined,
      'superseded',
    ],
    [
      'an older one that completed is not mine',
      service(entry({ id: 'ecs-svc/1', rolloutState: 'COMPLETED' })),
      undefined,
      undefined,
    ],
  ]
  test.each(cases)('%s', (_name, seen, record, ended) => {
    expect(judge(own, seen, record).ended as string | undefined).toBe(ended)
  })

  test('a running one tells counts, failures included', () => {
    expect(judge(own, service(entry({ failedTasks: 3 })), undefined).text).toBe(
      '1 of 2 running, 1 pending, 3 failed',
    )
  })

  test("AWS's own reason is kept", () => {
    const statusReason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.'
    expect(judge(own, service(), { status: 'ROLLBACK_SUCCESSFUL', statusReason }).reason).toBe(statusReason)
  })
})
