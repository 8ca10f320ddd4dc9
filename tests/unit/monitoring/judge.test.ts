import { describe, expect, test } from 'bun:test'
import { blind, judge } from '../../../runbooks/monitoring/judge'
import { maxConnections } from '../../../runbooks/monitoring/metrics/database'
import type { Look, Metric } from '../../../runbooks/monitoring/model'
import { aLook, alarm, now, service, steady } from './world'

const command = ''
const find = (look: Look, id: string): Metric => {
  const found = judge(look).find((metric) => metric.id === id)
  if (!found) throw new Error(`There is no metric ${id}`)
  return found
}

describe('judge', () => {
  test('a healthy environment has nothing over and nothing unknown', () => {
    const metrics = judge(aLook())
    expect(metrics.filter(({ status }) => status !== 'ok')).toEqual([])
    expect(metrics.every(({ value }) => value !== null)).toBe(true)
    expect(blind(metrics)).toEqual([])
  })

  // The guide's table, and what the alarms add to it: at the threshold is not over it.
  test.each<[string, Look, Look]>([
    ['ecs-cpu', aLook({ cpu: steady(70) }), aLook({ cpu: steady(70.5) })],
    ['ecs-memory', aLook({ memory: steady(80) }), aLook({ memory: steady(81) })],
    ['rds-cpu', aLook({ databaseCpu: steady(80) }), aLook({ databaseCpu: steady(80.1) })],
    ['redis-evictions', aLook({ evictions1: steady(100) }), aLook({ evictions1: steady(101) })],
    ['redis-evictions', aLook(), aLook({ evictions2: steady(150) })],
    ['redis-memory', aLook({ cacheMemory1: steady(80) }), aLook({ cacheMemory2: steady(81) })],
    [
      'alb-5xx',
      aLook({ requests: steady(100), targetErrors: steady(1) }),
      aLook({ requests: steady(100), targetErrors: steady(1), balancerErrors: steady(1) }),
    ],
    ['rds-connections', aLook({ connections: steady(78) }), aLook({ connections: steady(79) })],
    [
      'rds-storage-free',
      aLook({ freeStorage: steady(2 * 2 ** 30) }),
      aLook({ freeStorage: steady(1.9 * 2 ** 30) }),
    ],
    ['rds-credits', aLook({ credits: steady(20) }), aLook({ credits: steady(19) })],
    ['tasks-running', aLook(), aLook({}, { service: { command, value: service(1) } })],
    ['tasks-running', aLook(), aLook({}, { service: { command, value: service(0, 0) } })],
    [
      'targets-healthy',
      aLook({}, { targets: { command, value: { healthy: 2, unhealthy: 0, other: 1 } } }),
      aLook({}, { targets: { command, value: { healthy: 1, unhealthy: 1, other: 0 } } }),
    ],
    [
      'targets-healthy',
      aLook(),
      aLook({}, { targets: { command, value: { healthy: 0, unhealthy: 0, other: 2 } } }),
    ],
    ['alarms-ringing', aLook(), aLook({}, { alarms: { command, value: [alarm('ALARM')] } })],
  ])('%s: ok up to the threshold, over past it, with an action', (id, fine, bad) => {
    expect(find(fine, id).status).toBe('ok')
    expect(find(bad, id)).toMatchObject({ status: 'over', over: true })
    expect(find(bad, id).action).not.toBe('')
  })

  test('one busy minute is not over: the last five count', () => {
    const spike = [...steady(20, 4, 1), [now - 60, 95] as const]
    expect(find(aLook({ cpu: spike }), 'ecs-cpu')).toMatchObject({ status: 'ok', value: 35 })
  })

  test('a share of few requests is no share', () => {
    const few = aLook({ requests: steady(2), targetErrors: steady(1) })
    expect(find(few, 'alb-5xx')).toMatchObject({ status: 'idle', over: false, value: null })
    expect(find(few, 'alb-5xx').why).toContain('5 of only 10')
  })

  test('errors that the load balancer answers alone count, even where it counts no request', () => {
    const dead = aLook({ requests: [], balancerErrors: steady(30) })
    expect(find(dead, 'alb-5xx')).toMatchObject({ status: 'over', value: 100 })
  })

  test('no request is known to be none while hosts are counted, and unknown when nothing is', () => {
    const quiet = aLook({
      requests: [],
      p50: [],
      p95: [],
      p99: [],
      answersCached: [],
      answersMade: [],
      fallbacks: [],
      spending: [],
    })
    for (const id of ['alb-5xx', 'latency-p99', 'answers-cached', 'model-spending'])
      expect(find(quiet, id).status).toBe('idle')
    expect(find(quiet, 'requests')).toMatchObject({ status: 'ok', value: 0 })
    const silent = aLook({ requests: [], healthyHosts: [] })
    expect(find(silent, 'alb-5xx').status).toBe('unknown')
    expect(find(silent, 'requests').status).toBe('unknown')
  })
})

describe('what is not known is never well', () => {
  test('a metric that has gone silent', () => {
    const metric = find(aLook({ cpu: steady(12, 10, 16) }), 'ecs-cpu')
    expect(metric).toMatchObject({ status: 'unknown', value: null, over: false })
    expect(metric.why).toContain('15 minutes')
    expect(find(aLook({ cpu: steady(12, 10, 10) }), 'ecs-cpu').status).toBe('ok')
  })

  test('everything that CloudWatch was asked for, when it refuses', () => {
    const refused = aLook(
      {},
      { series: { command, reason: 'AWS: access denied to cloudwatch:GetMetricData' } },
    )
    const unknown = blind(judge(refused)).map(({ id }) => id)
    expect(unknown).toEqual([
      'ecs-cpu',
      'ecs-memory',
      'alb-5xx',
      'rds-cpu',
      'rds-connections',
      'rds-storage-free',
      'rds-credits',
      'redis-memory',
      'redis-evictions',
    ])
    expect(find(refused, 'rds-cpu').why).toContain('cloudwatch:GetMetricData')
  })

  test.each<[string, Partial<Look>, string[]]>([
    ['service', { service: { command, reason: 'denied' } }, ['tasks-running']],
    ['service', { service: { command, value: null } }, ['tasks-running']],
    ['targets', { targets: { command, reason: 'denied' } }, ['targets-healthy']],
    ['alarms', { alarms: { command, reason: 'denied' } }, ['alarms-ringing']],
    ['alarms', { alarms: { command, value: [] } }, ['alarms-ringing']],
    [
      'database',
      { database: { command, value: null } },
      ['rds-cpu', 'rds-connections', 'rds-storage-free', 'rds-credits'],
    ],
    ['cache', { cache: { command, reason: 'denied' } }, ['redis-memory', 'redis-evictions']],
  ])('a part that cannot be seen, or is not there: %s', (_, parts, ids) => {
    expect(blind(judge(aLook({}, parts))).map(({ id }) => id)).toEqual(ids)
  })
})

test('maxConnections: the formula of RDS, where the class is known', () => {
  expect(maxConnections('db.t4g.micro')).toBe(112)
  expect(maxConnections('db.r6g.large')).toBe(1802)
  expect(maxConnections('db.m6g.16xlarge')).toBe(5000)
  expect(maxConnections('serverless')).toBeUndefined()
})

test('a database that is not burstable has no credits to run out of', () => {
  const large = aLook(
    { credits: [] },
    {
      database: {
        command,
        value: {
          status: 'available',
          class: 'db.m6g.large',
          storageGb: 20,
          mostStorageGb: undefined,
          created: undefined,
        },
      },
    },
  )
  expect(judge(large).some(({ id }) => id === 'rds-credits')).toBe(false)
  expect(blind(judge(large))).toEqual([])
})
