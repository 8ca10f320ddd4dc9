import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { configured } from '../../../runbooks/costs/configure/index.ts'
import { estimateOf } from '../../../runbooks/costs/estimate.ts'
import { applied, recommend, together } from '../../../runbooks/costs/recommend/index.ts'
import { settingsOf } from '../../../runbooks/costs/settings.ts'
import type { Situation } from '../../../runbooks/costs/situation.ts'
import { measuredAnew, told, used } from './world.ts'

const of = fc.constantFrom
const upTo = (max: number) => fc.double({ min: 0, max, noNaN: true })

/** Values that an environment may have, each or none of them. */
const variables = fc.record(
  {
    nat_gateway_mode: of('none', 'single', 'per_az'),
    interface_endpoints_enabled: fc.boolean(),
    task_public_ip: fc.boolean(),
    cpu_architecture: of('ARM64', 'X86_64'),
    ecs_task_cpu: of(256, 512, 1024),
    ecs_task_memory: of(1024, 2048),
    ecs_service_min_count: fc.integer({ min: 1, max: 6 }),
    ecs_service_desired_count: fc.integer({ min: 1, max: 6 }),
    fargate_spot_enabled: fc.boolean(),
    schedule_enabled: fc.boolean(),
    db_instance_class: of('db.t4g.micro', 'db.t4g.small'),
    db_multi_az: fc.boolean(),
    redis_engine: of('redis', 'valkey'),
    redis_node_type: of('cache.t4g.micro', 'cache.t4g.small'),
    redis_replicas: fc.integer({ min: 0, max: 2 }),
    log_retention_days: of(0, 1, 7, 30, 90),
    container_insights: of('enabled', 'disabled', 'enhanced'),
    dashboard_enabled: fc.boolean(),
    log_level: of('debug', 'info'),
  },
  { requiredKeys: [] },
)

const quantities = fc.record(
  {
    natGb: upTo(5000),
    endpointGb: upTo(5000),
    logsIngestedGb: upTo(500),
    logsStoredGb: upTo(500),
    inputTokens: upTo(100),
    runningTasks: fc.double({ min: 1, max: 8, noNaN: true }),
    spotDiscount: upTo(1),
  },
  { requiredKeys: [] },
)

const seen = fc.record({ cpu: upTo(100), memory: upTo(100) }).map(({ cpu, memory }) =>
  used({
    tasks: { cpuP99: cpu, cpuMean: cpu / 2, memoryMax: memory, running: 3, runningMax: 4 },
    database: { cpuP99: cpu, connectionsMax: 3, freeStorageGb: 10, freeMemoryGb: memory / 40 },
    cache: { memoryMax: memory, cpuMax: cpu, evictions: 0, expired: 100 },
  }),
)

const insideVpc = { OPENAI_MODEL: 'ours', OPENAI_BASE_URL: 'http://model.internal:8000/v1' }
const model = of({ OPENAI_MODEL: 'gpt-4o-mini' }, { OPENAI_MODEL: 'gpt-4o' }, insideVpc)
const plan = of('staging', 'production', 'endpoints', 'nat-none', 'schedule', 'spot')

/** Whether tasks can ask the model, and whether they can be started. */
function ways({ resources }: Situation): { model: boolean; start: boolean } {
  const { natMode, publicTasks, endpoints, told: environment } = settingsOf(resources)
  const out = natMode !== 'none' || publicTasks
  return { model: out || environment.OPENAI_BASE_URL !== undefined, start: out || endpoints }
}

test('whatever stands and however it is used, no recommendation raises the estimate, cuts off a way or is offered again', () => {
  fc.assert(
    fc.property(
      plan,
      model,
      variables,
      quantities,
      seen,
      fc.boolean(),
      (name, environment, values, measured, use, production) => {
        const known = configured(told(name, environment), values)
        const situation = { ...known, usage: { ...known.usage, ...measured }, known: { measured } }
        const { baseline, recommendations } = recommend(situation, { use, production })
        const before = ways(situation)
        for (const each of recommendations) {
          const after = applied(situation, [each])
          expect(estimateOf(after).monthly, each.id).toBeLessThan(baseline.monthly)
          if (before.model) expect(ways(after).model, each.id).toBe(true)
          if (before.start) expect(ways(after).start, each.id).toBe(true)
          const anew = recommend(after, { use: measuredAnew(use, Object.keys(each.change)), production })
          expect(anew.recommendations.map(({ id }) => id)).not.toContain(each.id)
        }
        const { ids, estimate } = together(situation, recommendations)
        const chosen = recommendations.filter(({ id }) => ids.includes(id))
        expect(estimate.monthly).toBeLessThanOrEqual(baseline.monthly)
        if (before.model) expect(ways(applied(situation, chosen)).model, ids.join()).toBe(true)
      },
    ),
    { numRuns: 80 },
  )
})
