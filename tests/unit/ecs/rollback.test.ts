import { describe, expect, test } from 'bun:test'
import { arns } from '../../../rehearsal/ecs/ids.ts'
import {
  beginDeployment,
  completeDeployment,
  failDeployment,
  failures,
  takeUp,
} from '../../../rehearsal/ecs/service/deployments.ts'
import { primaryOf, type Revision, type ServiceRecord } from '../../../rehearsal/ecs/service/record.ts'

const names = arns({ account: '1', region: 'r' })
const revision = {
  definition: {},
  definitionTags: [],
  loadBalancers: [],
  platformVersion: 'LATEST',
} as Revision

function service(rollback = true): ServiceRecord {
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback } }
  return {
    arn: 'a',
    name: 's',
    cluster: { name: 'c', arn: 'c' },
    status: 'ACTIVE',
    settings: { deploymentConfiguration } as ServiceRecord['settings'],
    desiredCount: 1,
    deployments: [],
    history: [],
    events: [],
    tasks: new Set(),
    steady: false,
    replacements: { owed: 0, ahead: 0 },
    tags: [],
    createdAt: new Date(),
    createdBy: 'me',
  }
}

function deployed(it: ServiceRecord) {
  const deployment = beginDeployment(it, revision, names)
  takeUp(it.history[0]!)
  completeDeployment(it)
  return deployment
}
const fail = (it: ServiceRecord) => failDeployment(it, failures.breaker(it, primaryOf(it)))
const last = (it: ServiceRecord) => [it.history[0]!.status, it.history[0]!.statusReason]

describe('failDeployment', () => {
  test('goes back to the last that completed, not to the one before', () => {
    const it = service()
    const good = deployed(it)
    beginDeployment(it, revision, names)
    fail(it)
    completeDeployment(it)
    expect(last(it)[0]).toBe('ROLLBACK_SUCCESSFUL')
    beginDeployment(it, revision, names)
    const third = beginDeployment(it, revision, names)
    expect(it.history[1]!.status).toBe('STOPPED')
    fail(it)
    expect(primaryOf(it).id).toBe(good.id)
    expect(third).toMatchObject({ status: 'ACTIVE', rolloutState: 'FAILED', halted: true })
    expect(good.rolloutStateReason).toBe(
      `ECS deployment circuit breaker: rolling back to deploymentId ${good.id}.`,
    )
    expect(it.history[0]!.rollback?.serviceRevisionArn).toBe(good.revisionArn)
  })

  test('a rollback that fails too ends there', () => {
    const it = service()
    const older = deployed(it)
    deployed(it)
    beginDeployment(it, revision, names)
    fail(it)
    fail(it)
    expect(last(it)).toEqual([
      'ROLLBACK_FAILED',
      'Service deployment rollback failed because the circuit breaker threshold was exceeded.',
    ])
    expect(primaryOf(it)).toMatchObject({ halted: true, rolloutState: 'FAILED' })
    expect(primaryOf(it).id).not.toBe(older.id)
  })

  test('with rollback off the failed one stays and launches no more', () => {
    const it = service(false)
    deployed(it)
    const failed = beginDeployment(it, revision, names)
    fail(it)
    expect(last(it)[0]).toBe('STOPPED')
    expect(primaryOf(it)).toBe(failed)
    expect(failed.halted).toBe(true)
  })

  test('none completed: no candidate', () => {
    const it = service()
    beginDeployment(it, revision, names)
    fail(it)
    expect(last(it)).toEqual(['ROLLBACK_FAILED', 'No rollback candidate was found to run the rollback.'])
  })

  test('events are the newest hundred', () => {
    const it = service()
    for (let count = 0; count < 120; count++) deployed(it)
    expect(it.events).toHaveLength(100)
    expect(it.events[0]!.message).toBe(`(service s) (deployment ${primaryOf(it).id}) deployment completed.`)
  })
})
