import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { configured } from '../../../runbooks/costs/configure/index.ts'
import { estimateOf } from '../../../runbooks/costs/estimate.ts'
import { applied, conflict, recommend, together } from '../../../runbooks/costs/recommend/index.ts'
import { cronAt, quietHours } from '../../../runbooks/costs/recommend/schedule.ts'
import type { Use } from '../../../runbooks/costs/recommend/use.ts'
import { settingsOf } from '../../../runbooks/costs/settings.ts'
import type { Situation } from '../../../runbooks/costs/situation.ts'
import { allLevers } from './all-levers.ts'
import { fixtures } from './fixture.ts'
import { altered, measuredAnew, quiet, told, used } from './world.ts'

const offers = (situation: Situation, use: Use | undefined = quiet, production = false) =>
  recommend(situation, { ...(use && { use }), production })
const offered = (situation: Situation, use?: Use, production?: boolean) =>
  Object.fromEntries(offers(situation, use, production).recommendations.map(({ id, change }) => [id, change]))
const refusal = (situation: Situation, id: string, use?: Use, production?: boolean) =>
  offers(situation, use, production).refused.find((each) => each.id === id)?.refused

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

describe('recommend: what is refused, and why', () => {
  test('endpoints in place of NAT would cut the model off', () => {
    expect(refusal(told('staging'), 'endpoints')).toContain('not the model')
    const inside = { OPENAI_MODEL: 'ours', OPENAI_BASE_URL: 'http://model.internal:8000/v1' }
    // Five endpoints in two zones cost as much as two gateways, and more than the traffic of this one.
    const dear = { ...told('staging', inside).usage, natGb: 500 }
    expect(offered({ ...told('staging', inside), usage: dear }).endpoints).toEqual({
      nat_gateway_mode: 'none',
      interface_endpoints_enabled: true,
    })
    expect(refusal(told('nat-single', inside), 'endpoints')).toBe('it would save nothing here')
  })

  test('no NAT where tasks are to have no public address: they would have no way to ECR', () => {
    const { refused, recommendations } = recommend(told('staging'), {
      use: quiet,
      production: false,
      privateTasks: true,
    })
    expect(refused.find(({ id }) => id === 'nat-none')?.refused).toContain('ECR')
    expect(recommendations.map(({ id }) => id)).not.toContain('nat-none')
    expect(recommendations.map(({ id }) => id)).toContain('nat-single')
  })

  describe('endpoints that stand beside NAT', () => {
    const inside = { OPENAI_MODEL: 'ours', OPENAI_BASE_URL: 'http://model.internal:8000/v1' }
    const both = (environment?: Record<string, string>) => {
      const staging = told('staging', environment)
      const isEndpoint = ({ type }: { type: string }) => type === 'aws_vpc_endpoint'
      const endpoints = told('endpoints').resources.filter(isEndpoint)
      const others = staging.resources.filter((each) => !isEndpoint(each))
      return { ...staging, resources: [...others, ...endpoints] }
    }
    /** Whether tasks of a situation have a way to what is outside of AWS. */
    const reachesOut = (situation: Situation) => {
      const { natMode, publicTasks } = settingsOf(situation.resources)
      return natMode !== 'none' || publicTasks
    }

    test('no lever takes NAT and leaves the endpoints: they keep tasks private, and carry no model', () => {
      const situation = both()
      for (const each of offers(situation).recommendations)
        expect(reachesOut(applied(situation, [each])), each.id).toBe(true)
      expect(offered(situation)['nat-none']).toEqual({
        nat_gateway_mode: 'none',
        interface_endpoints_enabled: false,
      })
      const { recommendations } = offers(situation)
      const chosen = recommendations.filter(({ id }) => together(situation, recommendations).ids.includes(id))
      expect(reachesOut(applied(situation, chosen))).toBe(true)
    })

    test('they are given up where their traffic is cheaper through NAT, and kept where it is not', () => {
      expect(offered(both())['nat-for-endpoints']).toEqual({ interface_endpoints_enabled: false })
      const busy = { ...both(), usage: { ...both().usage, endpointGb: 5000 } }
      expect(refusal(busy, 'nat-for-endpoints')).toBe('it would save nothing here')
    })

    test('with a model inside the VPC it is NAT that goes', () => {
      expect(offered(both(inside)).endpoints).toEqual({
        nat_gateway_mode: 'none',
        interface_endpoints_enabled: true,
      })
    })
  })

  test('what endpoints carried goes through the gateway that takes their place', () => {
    const busy = { ...told('endpoints'), usage: { ...told('endpoints').usage, endpointGb: 5000 } }
    expect(refusal(busy, 'nat-for-endpoints')).toBe('it would save nothing here')
  })

  test('who agrees to endpoints in place of NAT agrees to the way back too, and the other way round', () => {
    const there = offers({ ...told('endpoints') }).recommendations.find(
      ({ id }) => id === 'nat-for-endpoints',
    )
    const inside = told('staging', { OPENAI_BASE_URL: 'http://model.internal:8000/v1' })
    const back = offers({ ...inside, usage: { ...inside.usage, natGb: 500 } }).recommendations.find(
      ({ id }) => id === 'endpoints',
    )
    const both = [
      'aws_nat_gateway.main',
      'aws_eip.nat',
      'aws_route.nat',
      'aws_vpc_endpoint.interface',
      'aws_security_group.endpoints',
      'aws_vpc_security_group_egress_rule.app_to_model',
    ]
    for (const address of both) {
      expect(there?.replaces, address).toContain(address)
      expect(back?.replaces, address).toContain(address)
    }
  })

  test('who agrees to less to watch agrees to the alarms that go with it, and to no others', () => {
    const two = altered(told('staging'), 'aws_elasticache_replication_group', { num_cache_clusters: 2 })
    const watched = altered(two, 'aws_ecs_cluster', {
      setting: [{ name: 'containerInsights', value: 'enabled' }],
    })
    const found = offers(watched).recommendations
    const replaces = (id: string) => found.find((each) => each.id === id)?.replaces
    expect(replaces('cache-single')).toEqual([
      'aws_cloudwatch_metric_alarm.metric["redis-evictions-2"]',
      'aws_cloudwatch_metric_alarm.metric["redis-memory-high-2"]',
    ])
    expect(replaces('container-insights')).toEqual(['aws_cloudwatch_metric_alarm.tasks_missing'])
  })

  test('endpoints that cost more than a gateway are given up for one', () => {
    expect(offered(told('endpoints'))['nat-for-endpoints']).toEqual({
      nat_gateway_mode: 'single',
      interface_endpoints_enabled: false,
    })
  })

  test.each(['task-size', 'task-count', 'schedule', 'model'])('%s with less than a day measured', (id) => {
    const dear = told('staging', { OPENAI_MODEL: 'gpt-4o' })
    expect(refusal(dear, id, used({ hours: 5 }))).toMatch(/measured|has not told/)
    expect(offered(dear, used({ hours: 5 }))).not.toHaveProperty(id)
  })

  test('production keeps its standbys, its counts and its insights', () => {
    const production = altered(told('production'), 'aws_ecs_cluster', {
      setting: [{ name: 'containerInsights', value: 'enabled' }],
    })
    const ids = Object.keys(offered(production, quiet, true))
    for (const id of ['single-az', 'cache-single', 'container-insights', 'task-count'])
      expect(ids).not.toContain(id)
    expect(refusal(production, 'single-az', quiet, true)).toContain('standby')
  })

  test('production without NAT is of high risk, and not among what goes together unasked', () => {
    const { recommendations } = offers(told('production'), quiet, true)
    expect(recommendations.find(({ id }) => id === 'nat-none')?.risk).toBe('high')
    const { ids, without } = together(told('production'), recommendations)
    expect(without).toContain('nat-none')
    expect(ids).toContain('nat-single')
  })

  test('the same outside production are offered', () => {
    const ids = Object.keys(offered(told('production'), quiet, false))
    expect(ids).toContain('single-az')
    expect(ids).toContain('cache-single')
  })

  test('Spot where one task stays on demand and there is no other', () => {
    const one = configured(told('staging'), { ecs_service_desired_count: 1 })
    expect(refusal(one, 'spot')).toContain('nothing is left for Spot')
  })

  test.each([
    ['gpt-4o', 'gpt-4o-mini'],
    ['gpt-4.1', 'gpt-4.1-mini'],
    ['gpt-4.1-mini', 'gpt-4o-mini'],
    ['gpt-4o-mini', undefined],
    ['somebody-elses', undefined],
  ])('in place of %s: %s, and never a model that OpenAI has shut down', (now, less) => {
    const change = offered(told('staging', { OPENAI_MODEL: now })).model
    expect(change).toEqual((less && { openai_model: less }) as never)
  })

  test('a size whose price nobody knows is no saving', () => {
    const frankfurt = altered(told('frankfurt'), 'aws_db_instance', { instance_class: 'db.m7g.xlarge' })
    for (const { change } of offers(frankfurt).recommendations) {
      const before = estimateOf(frankfurt).notPriced.length
      expect(estimateOf(configured(frankfurt, change)).notPriced.length).toBeLessThanOrEqual(before)
    }
  })
})

describe('recommend: sizes from measures, in both directions', () => {
  const tasks = (cpuP99: number, memoryMax: number) =>
    used({ tasks: { cpuP99, cpuMean: cpuP99 / 3, memoryMax, running: 2, runningMax: 2 } })

  test.each([
    // 12 % of half a vCPU and 18 % of 1024 MiB fit the smallest task.
    [12, 18, { ecs_task_cpu: 256, ecs_task_memory: 512 }],
    // Its memory does not.
    [12, 60, { ecs_task_cpu: 256, ecs_task_memory: 1024 }],
    // Nor does its CPU.
    [45, 60, undefined],
    [31, 30, undefined],
  ])('CPU p99 %d %%, memory %d %%: %p', (cpu, memory, change) => {
    expect(offered(told('staging'), tasks(cpu, memory))['task-size']).toEqual(change as never)
  })

  test.each([
    [95, 30, 'ecs_task_cpu = 1024, ecs_task_memory = 2048'],
    [30, 92, 'ecs_task_cpu = 256, ecs_task_memory = 2048'],
  ])(
    'CPU p99 %d %%, memory %d %% is too small, which is said and never offered as a saving',
    (cpu, memory, size) => {
      const { advice, recommendations } = offers(told('staging'), tasks(cpu, memory))
      expect(advice.find(({ id }) => id === 'task-size-up')?.advice).toContain(size)
      expect(recommendations.map(({ id }) => id)).not.toContain('task-size')
    },
  )

  test('a database and a cache with room are made one size smaller, full ones are not', () => {
    const large = altered(
      altered(told('staging'), 'aws_db_instance', { instance_class: 'db.t4g.small' }),
      'aws_elasticache_replication_group',
      { node_type: 'cache.t4g.small' },
    )
    expect(offered(large)['db-size']).toEqual({ db_instance_class: 'db.t4g.micro' })
    const full = used({
      database: { cpuP99: 70, connectionsMax: 90, freeStorageGb: 1, freeMemoryGb: 0.1 },
      cache: { memoryMax: 71, cpuMax: 2, evictions: 9, expired: 0 },
    })
    expect(refusal(large, 'db-size', full)).toContain('CPU p99 70 %')
    expect(refusal(large, 'cache-size', full)).toContain('9 evictions')
  })

  test('what use adds to the fewest tasks stays when the fewest change', () => {
    const busy = { ...told('staging'), usage: { ...told('staging').usage, runningTasks: 3.5 } }
    expect(
      configured(busy, { ecs_service_desired_count: 1, ecs_service_min_count: 1 }).usage.runningTasks,
    ).toBe(2.5)
  })
})

describe('quietHours', () => {
  const day = (busy: (hour: number) => number) => Array.from({ length: 24 }, (_, hour) => busy(hour))

  test('a night over midnight', () => {
    expect(quietHours(day((hour) => (hour >= 6 && hour < 22 ? 100 : 3)))).toEqual({
      from: 22,
      to: 6,
      most: 3,
      busiest: 100,
    })
  })

  test.each([
    ['no quiet hours', day(() => 50)],
    ['five of them', day((hour) => (hour < 5 ? 0 : 50))],
    ['nobody asked at all', day(() => 0)],
  ])('%s: none', (_, hours) => {
    expect(quietHours(hours)).toBeUndefined()
  })
})

describe('cronAt', () => {
  test.each([
    [20, '2026-11-23T00:00:00Z', 'Europe/Berlin', 'cron(0 21 * * ? *)'],
    [20, '2026-07-01T00:00:00Z', 'Europe/Berlin', 'cron(0 22 * * ? *)'],
    [20, '2026-11-23T00:00:00Z', 'Asia/Kolkata', 'cron(30 1 * * ? *)'],
    [6, '2026-11-23T00:00:00Z', 'UTC', 'cron(0 6 * * ? *)'],
  ])('%d:00 UTC on %s is, in %s, %s', (hour, day, zone, cron) => {
    expect(cronAt(hour, day, zone)).toBe(cron)
  })

  test('a schedule goes by the clock it was asked for', () => {
    const { recommendations } = recommend(told('staging'), {
      use: quiet,
      production: false,
      timeZone: 'Asia/Tokyo',
    })
    expect(recommendations.find(({ id }) => id === 'schedule')?.change).toMatchObject({
      schedule_time_zone: 'Asia/Tokyo',
      schedule_down: 'cron(0 5 * * ? *)',
      schedule_up: 'cron(0 16 * * ? *)',
    })
  })
})

describe('the schedule at weekends', () => {
  /** Busy from 7 to 20 on the days that are, by UTC's clock, Sunday first. */
  const week = (busy: readonly number[], requests = 100) =>
    Array.from({ length: 168 }, (_, hour) => {
      const [day, of] = [Math.floor(hour / 24), hour % 24]
      return of >= 7 && of < 20 && busy.includes(day) ? requests : 2
    })
  const scheduleFor = (hours: readonly (number | null)[], timeZone = 'UTC') =>
    recommend(told('staging'), {
      use: used({ requestsByHourOfWeek: hours }),
      production: false,
      timeZone,
    }).recommendations.find(({ id }) => id === 'schedule')!
  const workdays = [1, 2, 3, 4, 5]

  test('nobody asks on Saturdays and Sundays: up again on workdays alone, which saves more', () => {
    const found = scheduleFor(week(workdays))
    expect(found.change).toMatchObject({
      schedule_down: 'cron(0 20 * * ? *)',
      schedule_up: 'cron(0 7 ? * MON-FRI *)',
    })
    // Two tasks in 65 hours of the week, one in 103.
    expect(found.saving).toBeCloseTo(36.0401 * (1 - (65 * 2 + 103) / 168 / 2), 2)
    expect(found.saving).toBeGreaterThan(scheduleFor(week([0, ...workdays, 6])).saving + 2)
    expect(found.evidence.join()).toContain('Saturdays and Sundays at most 2 requests an hour')
  })

  test.each([
    ['a Saturday on which somebody asks', week([...workdays, 6])],
    ['a weekend that nobody has seen whole', week(workdays).map((each, hour) => (hour === 3 ? null : each))],
    ['nothing known by the day', undefined],
  ])('%s: up again every day', (_, hours) => {
    expect(scheduleFor(hours ?? []).change.schedule_up).toBe('cron(0 7 * * ? *)')
  })

  test('whose weekend it is, is theirs who go by the clock', () => {
    // By UTC's clock this is Sunday to Thursday from 20 to 9: Monday to Friday in Auckland, thirteen hours ahead.
    const auckland = Array.from({ length: 168 }, (_, hour) => {
      const there = (hour + 13) % 168
      const [day, of] = [Math.floor(there / 24), there % 24]
      return of >= 7 && of < 20 && workdays.includes(day) ? 100 : 2
    })
    const byHour = Array.from({ length: 24 }, (_, hour) => (auckland[24 + hour]! + auckland[hour]!) / 2)
    const { recommendations } = recommend(told('staging'), {
      use: used({ requestsByHourOfWeek: auckland, requestsByHour: byHour }),
      production: false,
      timeZone: 'Pacific/Auckland',
    })
    expect(recommendations.find(({ id }) => id === 'schedule')?.change).toMatchObject({
      schedule_down: 'cron(0 20 * * ? *)',
      schedule_up: 'cron(0 7 ? * MON-FRI *)',
    })
    const inUtc = scheduleFor(auckland)
    expect(inUtc.change.schedule_up).not.toContain('MON-FRI')
  })
})

describe('recommend: what no variable changes is told, with what it would save', () => {
  test('addresses, images and snapshots that nothing uses', () => {
    const forgotten = used({
      addresses: [{ id: 'eipalloc-1', address: '192.0.2.7' }],
      images: { count: 40, unused: 30, unusedGb: 12 },
      // The first 20 GB are as many as the database has, and cost nothing.
      snapshots: [
        { id: 'before-the-move', gb: 20, from: '2026-01-05T00:00:00.000Z' },
        { id: 'after-the-move', gb: 20, from: '2026-01-06T00:00:00.000Z' },
      ],
    })
    const { advice, recommendations } = offers(told('staging'), forgotten)
    const saves = Object.fromEntries(advice.map((each) => [each.id, each.saves]))
    expect(saves['unused-addresses']).toBeCloseTo(3.65, 9)
    expect(saves['unused-images']).toBeCloseTo(1.2, 9)
    expect(saves['unused-snapshots']).toBeCloseTo(1.9, 9)
    expect(advice.find(({ id }) => id === 'unused-snapshots')?.command).toBe(
      [
        'aws rds delete-db-snapshot --db-snapshot-identifier before-the-move',
        'aws rds delete-db-snapshot --db-snapshot-identifier after-the-move',
      ].join('\n'),
    )
    const one = used({ snapshots: [{ id: 'a', gb: 20, from: '2026-01-05T00:00:00.000Z' }] })
    expect(
      offers(told('staging'), one).advice.find(({ id }) => id === 'unused-snapshots'),
    ).not.toHaveProperty('saves')
    expect(recommendations.filter(({ id }) => id.startsWith('unused'))).toEqual([])
  })

  test('what is promised for a year is told once, and nothing of it is left behind when all is well', () => {
    const ids = offers(told('staging')).advice.map(({ id }) => id)
    expect(ids).toEqual(['log-volume', 'model-cost', 'savings-plan', 'reserved-database', 'reserved-cache'])
  })

  describe('what a promise of a year makes of what runs at all hours', () => {
    const promise = (id: string, situation = told('staging'), use = quiet) =>
      offers(situation, use).advice.find((each) => each.id === id)

    test('two tasks of half a vCPU and 1 GB: 730 × (0.008096 + 2 × 0.000889)', () => {
      expect(promise('savings-plan')?.saves).toBeCloseTo(7.208, 2)
      expect(promise('savings-plan')?.evidence).toEqual([
        '2 tasks run at all hours',
        'for one year, nothing upfront: $0.032384 a vCPU-hour in place of $0.04048, $0.003556 a GB-hour in place of $0.004445 (2026-09-25)',
      ])
    })

    test('tasks that autoscaling adds by day, or that are on Spot, are not promised', () => {
      const busy = { ...told('staging'), usage: { ...told('staging').usage, runningTasks: 6 } }
      expect(promise('savings-plan', busy)?.saves).toBeCloseTo(7.208, 2)
      const half = configured(told('staging'), { fargate_spot_enabled: true, fargate_on_demand_base: 1 })
      const [all, spot] = [promise('savings-plan')!.saves!, promise('savings-plan', half)!.saves!]
      expect(spot).toBeLessThan(all)
      expect(spot).toBeGreaterThanOrEqual(all / 2 - 1e-9)
    })

    test('a node of the cache', () => {
      expect(promise('reserved-cache')?.saves).toBeCloseTo(730 * 0.005, 9)
      const valkey = configured(told('staging'), { redis_engine: 'valkey' })
      expect(promise('reserved-cache', valkey)?.saves).toBeCloseTo(730 * 0.004, 9)
    })

    test('a database, and the day of its price, which is not storage’s', () => {
      expect(promise('reserved-database')?.saves).toBeCloseTo(730 * 0.0044, 9)
      expect(promise('reserved-database')?.evidence.at(-1)).toBe(
        'for one year, nothing upfront: $0.0116 an instance-hour in place of $0.016 (2023-03-10)',
      )
      const medium = altered(told('staging'), 'aws_db_instance', { instance_class: 'db.t4g.medium' })
      expect(promise('reserved-database', medium)?.saves).toBeCloseTo(730 * 0.0185, 9)
      expect(promise('reserved-database', medium)?.evidence.at(-1)).toContain('(2026-10-03)')
    })

    test('what no source was found for has no figure, and says where it can be had', () => {
      const database = promise(
        'reserved-database',
        altered(told('staging'), 'aws_db_instance', { multi_az: true }),
      )
      expect(database).not.toHaveProperty('saves')
      expect(database?.evidence.at(-1)).toContain('--refresh-prices')
    })

    test('on what is free there is nothing to save', () => {
      const none = altered(told('staging'), 'aws_ecs_service', { desired_count: 0 })
      const stopped = altered(none, 'aws_appautoscaling_target', { min_capacity: 0 })
      expect(promise('savings-plan', stopped)).toBeUndefined()
    })
  })

  test('what an answer costs by the cheapest model there is, where it was measured', () => {
    const told4 = (use: Use) => offers(told('staging'), use).advice.find(({ id }) => id === 'model-cost')
    expect(told4(quiet)?.evidence[0]).toContain('an answer by gpt-4o-mini costs $0.00032, over 5000 of them')
    expect(told4(used({ hours: 5 }))).toBeUndefined()
  })
})
