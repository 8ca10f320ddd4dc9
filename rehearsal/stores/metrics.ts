import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { regionalClients } from '../clients.ts'
import type { World } from '../world.ts'
import type { Cache } from './caches.ts'
import { cpuSeconds } from './cpu.ts'
import type { Database } from './databases.ts'
import { credits } from './sizes.ts'

/** AWS has a value a minute. */
const everyMs = 60_000
const lookMs = 3_000

/** Measures the servers as RDS and ElastiCache do, once a minute, into CloudWatch. */
export function storeMetrics(world: World, databases: Map<string, Database>, caches: Map<string, Cache>) {
  // The gateway keeps the metrics.
  const gateway = { ...world, motoUrl: world.gatewayUrl || world.motoUrl }
  const cloudwatch = regionalClients(gateway, (settings) => new CloudWatchClient(settings))
  const earlier = new Map<string, Earlier>()
  const put = (region: string, Namespace: string, MetricData: MetricDatum[]) =>
    cloudwatch.in(region).send(new PutMetricDataCommand({ Namespace, MetricData }))

  const sampled = new Map<string, number>()
  /** A server's first values come soon after it: a reader of a rehearsal should not have to wait a minute. */
  const due = (id: string) => {
    const last = sampled.get(id)
    if (last !== undefined && Date.now() - last < everyMs) return false
    sampled.set(id, Date.now())
    return true
  }

  async function sample(wanted = (_id: string) => true): Promise<void> {
    for (const database of databases.values()) {
      if (database.server.running() && wanted(`rds/${database.id}`))
        await put(database.region, 'AWS/RDS', await ofDatabase(database, earlier))
    }
    for (const cache of caches.values())
      if (wanted(`cache/${cache.id}`))
        await put(cache.region, 'AWS/ElastiCache', await ofCache(cache, earlier))
  }

  let busy = false
  const look = async () => {
    if (busy) return
    busy = true
    await sample(due).catch((error) => world.log('stores', `metrics: ${error.message}`))
    busy = false
  }
  const timer = setInterval(look, lookMs)
  return {
    sample: () => sample(),
    stop: () => {
      clearInterval(timer)
      cloudwatch.destroy()
    },
  }
}

/** The counters of the sample before: metrics are what happened in between. */
interface Earlier {
  at: number
  cpu: number
  balance?: number
  counters?: Record<string, number>
}

async function ofDatabase(database: Database, earlier: Map<string, Earlier>): Promise<MetricDatum[]> {
  const { id, server, storage, instanceClass } = database
  const key = `rds/${id}`
  const asked = await server.admin((client) =>
    client.query<{ connections: string; bytes: string }>(`
      select (select count(*) from pg_stat_activity where backend_type = 'client backend' and usename <> 'rdsadmin') connections,
             (select sum(pg_database_size(oid)) from pg_database) bytes`),
  )
  const row = asked.rows[0]
  const before = earlier.get(key)
  const now: Earlier = { at: Date.now(), cpu: cpuSeconds(server.pid()) }
  const busy = share(before, now)
  const earning = credits(instanceClass)
  if (earning) {
    const hours = before ? (now.at - before.at) / 3_600_000 : 0
    // One credit is one vCPU busy for a minute; these sizes have two.
    const spent = ((busy * 2) / 100) * hours * 60
    const balance = (before?.balance ?? earning.most) + earning.perHour * hours - spent
    now.balance = Math.max(0, Math.min(earning.most, balance))
  }
  earlier.set(key, now)
  const Dimensions = [{ Name: 'DBInstanceIdentifier', Value: id }]
  const of = datum(Dimensions)
  return [
    of('CPUUtilization', busy, 'Percent'),
    of('DatabaseConnections', Number(row?.connections ?? 0), 'Count'),
    of('FreeStorageSpace', Math.max(0, storage * 2 ** 30 - Number(row?.bytes ?? 0)), 'Bytes'),
    ...(now.balance === undefined ? [] : [of('CPUCreditBalance', now.balance, 'Count')]),
  ]
}

async function ofCache({ id, server }: Cache, earlier: Map<string, Earlier>): Promise<MetricDatum[]> {
  const info = parseInfo(await server.admin.info())
  const number = (name: string) => Number(info[name] ?? 0)
  const key = `cache/${id}`
  const before = earlier.get(key)
  const counters = {
    Evictions: number('evicted_keys'),
    CacheHits: number('keyspace_hits'),
    CacheMisses: number('keyspace_misses'),
  }
  const now = { at: Date.now(), cpu: number('used_cpu_sys') + number('used_cpu_user'), counters }
  earlier.set(key, now)
  const of = datum([{ Name: 'CacheClusterId', Value: `${id}-001` }])
  const since = (name: keyof typeof counters) => Math.max(0, counters[name] - (before?.counters?.[name] ?? 0))
  const limit = number('maxmemory')
  const cpu = share(before, now)
  return [
    of('Evictions', since('Evictions'), 'Count'),
    of('CacheHits', since('CacheHits'), 'Count'),
    of('CacheMisses', since('CacheMisses'), 'Count'),
    // The rehearsal's own connection is not the application's.
    of('CurrConnections', Math.max(0, number('connected_clients') - 1), 'Count'),
    of('DatabaseMemoryUsagePercentage', limit > 0 ? (100 * number('used_memory')) / limit : 0, 'Percent'),
    of('EngineCPUUtilization', cpu, 'Percent'),
    of('CPUUtilization', cpu / 2, 'Percent'),
  ]
}

/** Percent of one CPU between two looks. */
function share(before: Earlier | undefined, now: Earlier): number {
  if (!before || now.at <= before.at) return 0
  return Math.min(100, Math.max(0, (100_000 * (now.cpu - before.cpu)) / (now.at - before.at)))
}

const datum =
  (Dimensions: MetricDatum['Dimensions']) =>
  (MetricName: string, Value: number, Unit: MetricDatum['Unit']): MetricDatum => ({
    MetricName,
    Value,
    Unit,
    Dimensions,
    Timestamp: new Date(),
  })

function parseInfo(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
}
