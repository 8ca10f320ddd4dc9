import { type Family, familiesOf } from '../../../runbooks/costs/recommend/since.ts'
import type { Use } from '../../../runbooks/costs/recommend/use.ts'
import { planned, type Situation } from '../../../runbooks/costs/situation.ts'
import { fixture } from './fixture.ts'

/** An environment that was looked at for three quiet days. */
export const quiet: Use = {
  from: '2026-11-20T00:00:00.000Z',
  to: '2026-11-23T00:00:00.000Z',
  hours: 72,
  tasks: { cpuP99: 12, cpuMean: 4, memoryMax: 18, running: 2, runningMax: 2 },
  requestsByHour: Array.from({ length: 24 }, (_, hour) => (hour >= 7 && hour < 20 ? 100 : 2)),
  database: { cpuP99: 5, connectionsMax: 4, freeStorageGb: 18, freeMemoryGb: 1.5 },
  cache: { memoryMax: 3, cpuMax: 2, evictions: 0, expired: 1200 },
  logs: {
    storedGb: 1,
    groups: [{ name: '/ecs/tria-aibpo-staging', ingestedGb: 5, storedGb: 1, retention: 30 }],
  },
  server: { hits: 5000, misses: 5000, inputTokens: 7_500_000, outputTokens: 750_000, dollars: 1.575 },
  addresses: [],
  images: { count: 3, unused: 0, unusedGb: 0 },
  snapshots: [],
  measured: { logsIngestedGb: 5 },
  gaps: [],
}

/** The same with parts of it otherwise. */
export const used = (more: Partial<Use>): Use => ({ ...quiet, ...more })

/** What is known a moment after a change: how full a thing was at its old size tells nothing of the new one. */
export function measuredAnew(use: Use, names: readonly string[]): Use {
  const gone = familiesOf(names)
  return Object.fromEntries(
    Object.entries(use).filter(([part]) => !gone.includes(part as Family)),
  ) as unknown as Use
}

/** A recorded plan, whose task is told of these; recordings hold no container definitions. */
export function told(
  name: string,
  environment: Record<string, string> = { OPENAI_MODEL: 'gpt-4o-mini' },
): Situation {
  const situation = planned(fixture(name), { measured: { runningTasks: 2 } })
  const container_definitions = JSON.stringify([
    { environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })) },
  ])
  return {
    ...situation,
    resources: situation.resources.map((each) =>
      each.type === 'aws_ecs_task_definition'
        ? { ...each, values: { ...each.values, container_definitions } }
        : each,
    ),
  }
}

/** With some values of the resources of a type otherwise. */
export const altered = (situation: Situation, type: string, values: Record<string, unknown>): Situation => ({
  ...situation,
  resources: situation.resources.map((each) =>
    each.type === type ? { ...each, values: { ...each.values, ...values } } : each,
  ),
})
