import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { estimateOf } from '../../../runbooks/costs/estimate.ts'
import { applied, conflict, together } from '../../../runbooks/costs/recommend/index.ts'
import { allLevers } from './all-levers.ts'
import { fixtures } from './fixture.ts'
import { offered, offers } from './offers.ts'
import { altered, measuredAnew, quiet, told } from './world.ts'

describe('recommend: what is offered for staging as it comes, and its exact change', () => {
  test('every lever of the guide and more', () => {
    expect(offered(told('staging'))).toEqual({
      'nat-none': { nat_gateway_mode: 'none' },
      'nat-single': { nat_gateway_mode: 'single' },
      'task-size': { ecs_task_cpu: 256, ecs_task_memory: 512 },
      'task-count': { ecs_service_desired_count: 1, ecs_service_min_count: 1 },
      spot: { fargate_spot_enabled: true, fargate_on_demand_base: 1 },
      schedule: {
        schedule_enabled: true,
        schedule_time_zone: 'UTC',
        schedule_down: 'cron(0 20 * * ? *)',
        schedule_up: 'cron(0 7 * * ? *)',
        schedule_night_min_count: 1,
      },
      arm: { cpu_architecture: 'ARM64' },
      valkey: { redis_engine: 'valkey' },
      dashboard: { dashboard_enabled: false },
      'log-retention': { log_retention_days: 7 },
      'cache-ttl': { answer_cache_seconds: 1_209_600 },
    })
  })

  test.each([
    ['nat-single', 36.5],
    ['task-size', 18.02],
    ['task-count', 18.02],
    ['spot', 9.01],
    ['arm', 7.21],
    ['valkey', 2.34],
    ['dashboard', 3],
  ])('%s saves what the facts come to: %d', (id, saving) => {
    const found = offers(told('staging')).recommendations.find((each) => each.id === id)
    expect(Math.abs(found!.saving - saving)).toBeLessThan(0.01)
  })

  test('each has evidence, a risk with its reason, and what it does to availability', () => {
    for (const each of offers(told('staging')).recommendations) {
      expect(each.evidence.length, each.id).toBeGreaterThan(0)
      for (const text of [...each.evidence, each.because, each.availability, each.title])
        expect(text.length, each.id).toBeGreaterThan(3)
      expect(['low', 'medium', 'high']).toContain(each.risk)
    }
  })
})

describe('recommend: the promises, over every recorded plan', () => {
  const roomy = altered(
    altered(told('staging'), 'aws_db_instance', { instance_class: 'db.t4g.small', multi_az: true }),
    'aws_elasticache_replication_group',
    { node_type: 'cache.t4g.small', num_cache_clusters: 2 },
  )
  const insideVpc = told('staging', {
    OPENAI_MODEL: 'ours',
    OPENAI_BASE_URL: 'http://model.internal:8000/v1',
  })
  const situations = [
    ...fixtures.map((name) => [name, told(name)] as const),
    ['staging with larger stores', roomy] as const,
    [
      'staging with a model inside the VPC',
      { ...insideVpc, usage: { ...insideVpc.usage, natGb: 500 } },
    ] as const,
    ['staging at debug', told('staging', { OPENAI_MODEL: 'gpt-4o', LOG_LEVEL: 'debug' })] as const,
  ]

  test.each(situations)(
    '%s: each lowers the estimate, and what has become so is not offered again',
    (_, situation) => {
      const { baseline, recommendations } = offers(situation)
      for (const each of recommendations) {
        const after = applied(situation, [each])
        const { monthly } = estimateOf(after)
        expect(monthly, each.id).toBeLessThan(baseline.monthly)
        expect(baseline.monthly - monthly, each.id).toBeCloseTo(each.saving, 9)
        expect(
          offers(after, measuredAnew(quiet, Object.keys(each.change))).recommendations.map(({ id }) => id),
          each.id,
        ).not.toContain(each.id)
      }
    },
  )

  test.each(situations)(
    '%s: together they are priced as one configuration, and never added up',
    (_, situation) => {
      const { baseline, recommendations } = offers(situation)
      const { ids, without, estimate } = together(situation, recommendations)
      expect([...ids, ...without].sort()).toEqual(recommendations.map(({ id }) => id).sort())
      const chosen = recommendations.filter(({ id }) => ids.includes(id))
      expect(estimate.monthly).toBeCloseTo(estimateOf(applied(situation, chosen)).monthly, 9)
      const added = chosen.reduce((sum, { saving }) => sum + saving, 0)
      expect(baseline.monthly - estimate.monthly).toBeLessThanOrEqual(added + 1e-9)
      for (const one of recommendations) expect(estimate.monthly).toBeLessThanOrEqual(one.monthly + 1e-9)
    },
  )

  test('every lever is tried by one of them', () => {
    const ids = new Set(
      situations.flatMap(([, situation]) => offers(situation).recommendations.map(({ id }) => id)),
    )
    expect([...ids].sort()).toEqual([...allLevers])
  })

  test('on staging the sum of the savings is more than there is to save on the same lines', () => {
    const situation = told('staging')
    const { baseline, recommendations } = offers(situation)
    const { ids, estimate } = together(situation, recommendations)
    const added = recommendations
      .filter(({ id }) => ids.includes(id))
      .reduce((sum, { saving }) => sum + saving, 0)
    expect(added - (baseline.monthly - estimate.monthly)).toBeGreaterThan(1)
  })

  test('any that can be had together raise no estimate', () => {
    fc.assert(
      fc.property(fc.constantFrom(...situations), fc.infiniteStream(fc.boolean()), ([, situation], coins) => {
        const { baseline, recommendations } = offers(situation)
        const some = recommendations.filter(() => coins.next().value)
        const free = some.filter((one, index) => !some.slice(0, index).some((other) => conflict(one, other)))
        expect(estimateOf(applied(situation, free)).monthly).toBeLessThanOrEqual(baseline.monthly + 1e-9)
      }),
      { numRuns: 60 },
    )
  })
})
