import { describe, expect, test } from 'bun:test'
import { countsAsFailure, pauseAfter, threshold } from '../../../rehearsal/ecs/judge/breaker.ts'
import { afterCheck, type Evidence, verdictOf } from '../../../rehearsal/ecs/judge/health.ts'
import { decide, trusts } from '../../../rehearsal/ecs/judge/policy.ts'
import { nextProvider } from '../../../rehearsal/ecs/judge/strategy.ts'

describe('threshold: half the desired count, at least 3, at most 200', () => {
  test.each([
    [0, 3],
    [1, 3],
    [6, 3],
    [7, 4],
    [25, 13],
    [400, 200],
    [1000, 200],
  ])('%p → %p', (desired, expected) => expect(threshold(desired)).toBe(expected))
  test('a configured count is taken as it is', () =>
    expect(threshold(10, { thresholdConfiguration: { type: 'COUNT', value: 7 } })).toBe(7))
})

describe('countsAsFailure', () => {
  const clean = { asked: false, reachedRunning: true, wasHealthy: true, failedChecks: false }
  test.each([
    ['never ran', { ...clean, reachedRunning: false, wasHealthy: false }, true],
    ['ran, but died before it was healthy', { ...clean, wasHealthy: false }, true],
    ['served, then died', clean, false],
    ['served, then failed its checks', { ...clean, asked: true, failedChecks: true }, true],
    ['stopped by scaling while starting', { ...clean, asked: true, reachedRunning: false }, false],
  ])('%s', (_, ending, expected) => expect(countsAsFailure(ending)).toBe(expected))
})

test('pauseAfter doubles up to its limit', () =>
  expect([0, 1, 2, 3, 9].map((failures) => pauseAfter(failures, 100, 1000))).toEqual([
    0, 100, 200, 400, 1000,
  ]))

describe('verdictOf', () => {
  const target = (State: string, more = {}) => ({
    targetGroupArn: 'tg',
    port: 80,
    health: { State, ...more },
  })
  const it: Evidence = { now: 5000, runningSince: 0, graceUntil: 0, targets: [], healthyWithoutChecks: 1000 }
  test.each<[string, Partial<Evidence>, string]>([
    ['no checks, not long enough', { now: 900 }, 'unknown'],
    ['no checks, long enough', {}, 'healthy'],
    ['container not checked yet', { container: 'UNKNOWN' }, 'unknown'],
    ['container healthy', { container: 'HEALTHY' }, 'healthy'],
    ['container unhealthy', { container: 'UNHEALTHY' }, 'unhealthy'],
    ['container unhealthy within the grace period', { container: 'UNHEALTHY', graceUntil: 9000 }, 'unknown'],
    ['target initial', { targets: [target('initial')] }, 'unknown'],
    ['target healthy', { targets: [target('healthy')] }, 'healthy'],
    ['target unhealthy', { targets: [target('unhealthy')] }, 'unhealthy'],
    [
      'target unhealthy within the grace period',
      { targets: [target('unhealthy')], graceUntil: 9000 },
      'unknown',
    ],
    ['target healthy, container not yet', { container: 'UNKNOWN', targets: [target('healthy')] }, 'unknown'],
    [
      'group that no listener uses',
      { container: 'HEALTHY', targets: [target('unused', { Reason: 'Target.NotInUse' })] },
      'healthy',
    ],
    [
      'not registered any more',
      { targets: [target('unused', { Reason: 'Target.NotRegistered' })] },
      'unknown',
    ],
    ['one of two groups unhealthy', { targets: [target('healthy'), target('unhealthy')] }, 'unhealthy'],
  ])('%s', (_, change, expected) => expect(verdictOf({ ...it, ...change }).health).toBe(expected as never))
})

describe('afterCheck: retries and start period as Docker counts them', () => {
  const settings = { retries: 3, startPeriod: 10 }
  const unknown = { status: 'UNKNOWN' as const, failures: 0 }
  test('failures within the start period do not count', () =>
    expect(afterCheck(unknown, false, 5, settings)).toEqual(unknown))
  test('a success ends the start period', () => {
    const healthy = afterCheck(unknown, true, 1, settings)
    expect(healthy.status).toBe('HEALTHY')
    expect(afterCheck(healthy, false, 2, settings).failures).toBe(1)
  })
  test('unhealthy after as many failures in a row as retries', () => {
    let state = afterCheck(unknown, true, 1, settings) as ReturnType<typeof afterCheck>
    const statuses = [false, false, true, false, false, false].map((passed) => {
      state = afterCheck(state, passed, 20, settings)
      return state.status
    })
    expect(statuses).toEqual(['HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY', 'UNHEALTHY'])
  })
})

describe('decide: an identity-based policy', () => {
  const allow = (Action: string | string[], Resource: string | string[] = '*') => ({
    Statement: { Effect: 'Allow' as const, Action, Resource },
  })
  const deny = (Action: string) => ({ Statement: [{ Effect: 'Deny' as const, Action, Resource: '*' }] })
  const arn = 'arn:aws:secretsmanager:us-east-1:1:secret:app/db-AbCdEf'
  test.each([
    ['nothing', [], 'not allowed'],
    ['exact', [allow('secretsmanager:GetSecretValue', arn)], 'allowed'],
    [
      'wildcards, any case',
      [allow('SecretsManager:get*', 'arn:aws:secretsmanager:*:*:secret:app/db-??????')],
      'allowed',
    ],
    [
      'another resource',
      [allow('secretsmanager:*', 'arn:aws:secretsmanager:us-east-1:1:secret:other-*')],
      'not allowed',
    ],
    ['a deny wins', [allow('*'), deny('secretsmanager:*')], 'explicitly denied'],
    ['dots are dots', [allow('secretsmanager.GetSecretValue')], 'not allowed'],
  ] as const)('%s', (_, policies, expected) =>
    expect(decide([...policies] as never, 'secretsmanager:GetSecretValue', arn)).toBe(expected),
  )
  test('NotAction and NotResource', () => {
    const all = { Statement: { Effect: 'Allow' as const, NotAction: 'iam:*', NotResource: 'arn:x' } }
    expect(decide([all], 'secretsmanager:GetSecretValue', arn)).toBe('allowed')
    expect(decide([all], 'iam:GetRole', arn)).toBe('not allowed')
    expect(decide([all], 'ecs:RunTask', 'arn:x')).toBe('not allowed')
  })
})

describe('trusts: who may take on a role', () => {
  const trust = (more: object) =>
    ({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...more } }) as never
  const ecs = 'ecs-tasks.amazonaws.com'

  test.each([
    ['the service that is named', trust({ Principal: { Service: ecs } }), true],
    ['one of several', trust({ Principal: { Service: ['ec2.amazonaws.com', ecs] } }), true],
    ['anybody', trust({ Principal: '*' }), true],
    ['another service', trust({ Principal: { Service: 'ec2.amazonaws.com' } }), false],
    ['another principal', trust({ Principal: { AWS: '*' } }), false],
    ['another action', trust({ Action: 'sts:TagSession', Principal: { Service: ecs } }), false],
    ['who is denied', trust({ Effect: 'Deny', Principal: { Service: ecs } }), false],
    ['nobody', {}, false],
  ])('%s', (_name, policy, expected) => expect(trusts(policy as never, ecs)).toBe(expected))
})

describe('nextProvider: bases first, then by weight', () => {
  const strategy = [
    { capacityProvider: 'FARGATE', base: 1, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: 3 },
  ]
  test('one on demand, then three of four on Spot', () => {
    const placed: Record<string, number> = {}
    const order = Array.from({ length: 9 }, () => {
      const name = nextProvider(strategy, placed)!
      placed[name] = (placed[name] ?? 0) + 1
      return name
    })
    expect(order[0]).toBe('FARGATE')
    expect(order.slice(1).filter((name) => name === 'FARGATE_SPOT')).toHaveLength(6)
  })
})
