import type { Look, Series } from '../../../runbooks/monitoring/model'
import { type SeriesName, seriesNames } from '../../../runbooks/monitoring/queries'

export const now = 1_800_000_000
const command = ''

/** So many minutes of the same value, the last of them just over. */
export const steady = (value: number, minutes = 10, ago = 0): Series =>
  Array.from({ length: minutes }, (_, i) => [now - 60 * (minutes - i + ago), value] as const)

const usual: Partial<Record<SeriesName, Series>> = {
  cpu: steady(12),
  memory: steady(30),
  requests: steady(60),
  p50: steady(0.1),
  p95: steady(0.4),
  p99: steady(2),
  healthyHosts: steady(2),
  databaseCpu: steady(5),
  connections: steady(10),
  freeStorage: steady(18 * 2 ** 30),
  credits: steady(288),
  cacheMemory1: steady(20),
  evictions1: steady(0),
  hits1: steady(30),
  misses1: steady(10),
  answersCached: steady(30),
  answersMade: steady(10),
  fallbacks: steady(0),
  spending: steady(0.01),
}

/** A healthy environment, but for what a case says. */
export function aLook(series: Partial<Record<SeriesName, Series>> = {}, parts: Partial<Look> = {}): Look {
  const all = { ...usual, ...series }
  return {
    environment: 'staging',
    region: 'us-east-1',
    now,
    window: { from: now - 3600, to: now, period: 60 },
    series: Object.fromEntries(seriesNames.map((name) => [name, all[name] ?? []])) as Record<
      SeriesName,
      Series
    >,
    service: { command, value: service() },
    commit: { command, value: 'c0ffee' },
    targets: { command, value: { healthy: 2, unhealthy: 0, other: 0 } },
    database: {
      command,
      value: {
        status: 'available',
        class: 'db.t4g.micro',
        storageGb: 20,
        mostStorageGb: 100,
        created: undefined,
      },
    },
    cache: { command, value: { status: 'available', members: ['tria-aibpo-staging-redis-001'] } },
    alarms: { command, value: [alarm('OK')] },
    cost: { command, value: { monthly: 164, notPriced: 0 } },
    ...parts,
  }
}

export const service = (running = 2, desired = 2) => ({
  desired,
  running,
  pending: 0,
  taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/tria-aibpo-staging-task:7',
  deployments: [],
  events: [],
  tags: {},
  subnets: [],
  groups: [],
  publicIp: false,
  grace: undefined,
})

export const alarm = (state: string) => ({
  name: 'tria-aibpo-staging-ecs-cpu-high',
  state,
  reason: '',
  since: undefined,
  text: undefined,
})
