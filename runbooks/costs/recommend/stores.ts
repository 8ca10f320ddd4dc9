import type { Resource } from '../resources.ts'
import { text } from '../values.ts'
import { type Advice, type Finding, type Look, type Rule, round } from './rule.ts'
import type { DatabaseUse } from './use.ts'
import { seenEnough } from './use.ts'

const sizes = ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '4xlarge']

/** GB of memory of the burstable sizes, RDS's and ElastiCache's alike; a larger one has twice the smaller one's. */
const memoryGb: Readonly<Record<string, number>> = { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16 }

const ofType = ({ situation }: Look, type: string): Resource | undefined =>
  situation.resources.find((each) => each.type === type)

const known = (value: ReturnType<typeof text>) => (typeof value === 'string' ? value : undefined)

/** `db.t4g.small` made one size smaller: `db.t4g.micro`. */
function smaller(kind: string): string | undefined {
  const cut = kind.lastIndexOf('.')
  const at = sizes.indexOf(kind.slice(cut + 1))
  return at > 0 ? `${kind.slice(0, cut)}.${sizes[at - 1]}` : undefined
}

export const database: Rule = (look) => {
  const resource = ofType(look, 'aws_db_instance')
  return resource
    ? [...multiAz(look, resource), ...databaseSize(look, resource), ...storage(look, resource)]
    : []
}

function multiAz({ production }: Look, { values }: Resource): Finding[] {
  if (values.multi_az !== true) return []
  const id = { id: 'single-az', title: 'The database in one zone' }
  if (production)
    return [{ ...id, refused: 'production’s conversations outlive a zone; a standby is what that costs' }]
  return [
    {
      ...id,
      change: { db_multi_az: false },
      evidence: ['a standby stands in a second zone, in an environment that is not production'],
      risk: 'low',
      because: 'when the zone fails, the database is away until it is back, or restored from a backup',
      availability: 'The chatbot answers without its memory meanwhile',
    },
  ]
}

function databaseSize({ use }: Look, resource: Resource): Finding[] {
  const id = { id: 'db-size', title: 'A smaller database' }
  const kind = known(text(resource, 'instance_class'))
  const less = kind && smaller(kind)
  if (!kind || !less) return []
  if (!seenEnough(use) || !use.database) return [{ ...id, refused: 'nobody has measured a day of it yet' }]
  const evidence = [
    `CPU p99 ${round(use.database.cpuP99)} % of ${kind}, at most ${use.database.connectionsMax} connections${free(use.database)}`,
  ]
  if (!fits(kind, use.database)) return [{ ...id, refused: `it needs what it has: ${evidence[0]}` }]
  return [
    {
      ...id,
      change: { db_instance_class: less },
      evidence,
      risk: 'medium',
      because: 'half the memory caches less of the data, and half the connections are let in',
      availability: 'RDS restarts the database: a few minutes without memory, during which answers go on',
    },
  ]
}

/** Half of everything has to be enough, with a margin: less than a third of CPU, and half the memory free. */
function fits(kind: string, { cpuP99, freeMemoryGb }: DatabaseUse): boolean {
  const memory = memoryGb[kind.slice(kind.lastIndexOf('.') + 1)]
  if (cpuP99 > 30 || memory === undefined || freeMemoryGb === undefined) return false
  return freeMemoryGb >= memory * 0.6
}

const free = ({ freeMemoryGb }: DatabaseUse) =>
  freeMemoryGb === undefined ? '; free memory was not measured' : `, ${round(freeMemoryGb)} GB of memory free`

/** Storage only ever grows: what is too much can be said, not taken back. */
function storage({ use }: Look, { values }: Resource): Advice[] {
  const size = Number(values.allocated_storage)
  const kind = values.storage_type
  const advice: Advice[] = []
  if (kind === 'gp2' || kind === 'io1') {
    advice.push({
      id: 'db-storage-type',
      title: 'gp3 storage',
      advice: `Storage is ${kind}; gp3 has 3,000 IOPS at any size and costs no more: storage_type = "gp3" in database.tf`,
      evidence: [`${size} GB of ${kind}`],
    })
  }
  const freeGb = use?.database?.freeStorageGb
  if (freeGb !== undefined && size > 20 && freeGb > size * 0.8) {
    advice.push({
      id: 'db-storage',
      title: 'Less storage',
      advice: `RDS does not shrink storage: ${Math.max(20, Math.ceil((size - freeGb) * 2))} GB would do in a database that is made anew`,
      evidence: [`${round(freeGb)} of ${size} GB are free`],
    })
  }
  return advice
}

export const cache: Rule = (look) => {
  const resource = ofType(look, 'aws_elasticache_replication_group')
  return resource ? [...valkey(resource), ...replicas(look, resource), ...cacheSize(look, resource)] : []
}

function valkey(resource: Resource): Finding[] {
  if (text(resource, 'engine') !== 'redis') return []
  return [
    {
      id: 'valkey',
      title: 'Valkey in place of Redis',
      change: { redis_engine: 'valkey' },
      evidence: [`the cache is Redis ${known(text(resource, 'engine_version')) ?? ''}`.trim()],
      risk: 'low',
      because: 'ElastiCache upgrades in place and does not go back: to undo it makes a new cache',
      availability: 'A cache that is away is passed by: answers are made anew meanwhile',
      replaces: ['aws_elasticache_replication_group.main'],
    },
  ]
}

function replicas({ production }: Look, { values }: Resource): Finding[] {
  if (!(Number(values.num_cache_clusters) > 1)) return []
  const id = { id: 'cache-single', title: 'The cache without a replica' }
  if (production) return [{ ...id, refused: 'a cold cache in production is a rush on the model' }]
  return [
    {
      ...id,
      change: { redis_replicas: 0 },
      evidence: [`${values.num_cache_clusters} nodes, in an environment that is not production`],
      risk: 'low',
      because: 'when the node fails, the cache begins empty',
      availability: 'Answers are made anew meanwhile',
      replaces: alarmsOf(Number(values.num_cache_clusters)),
    },
  ]
}

/** The alarms of every node but the first: a node that goes is watched no more. */
const alarmsOf = (nodes: number) =>
  Array.from({ length: nodes - 1 }, (_, index) => index + 2).flatMap((number) =>
    ['evictions', 'memory-high'].map(
      (kind) => `aws_cloudwatch_metric_alarm.metric["redis-${kind}-${number}"]`,
    ),
  )

function cacheSize({ use }: Look, resource: Resource): Finding[] {
  const id = { id: 'cache-size', title: 'A smaller cache' }
  const kind = known(text(resource, 'node_type'))
  const less = kind && smaller(kind)
  if (!kind || !less) return []
  if (!seenEnough(use) || !use.cache) return [{ ...id, refused: 'nobody has measured a day of it yet' }]
  const { memoryMax, cpuMax, evictions } = use.cache
  const evidence = [
    `memory at most ${round(memoryMax)} %, CPU ${round(cpuMax)} % of ${kind}, ${evictions} evictions`,
  ]
  if (memoryMax > 30 || cpuMax > 30 || evictions > 0) {
    return [{ ...id, refused: `it needs what it has: ${evidence[0]}` }]
  }
  return [
    {
      ...id,
      change: { redis_node_type: less },
      evidence,
      risk: 'low',
      because: 'with less memory answers are evicted sooner should there be more of them',
      availability: 'ElastiCache moves the data to a smaller node, a few seconds without cache',
    },
  ]
}
