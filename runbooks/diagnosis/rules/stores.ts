import { stackOf } from '../../aws/stack'
import { tagKeys } from '../../emergency/memory'
import { type Found, quote, type Rule, runbookOf, seen } from '../rule'
import { lastSaid, saidLately } from '../said'
import type { Snapshot } from '../snapshot'
import { revisionsAtHand } from '../telling'

/** While RDS backs up or changes a setting it goes on serving. */
const serving = /^(available|backing-up|modifying|configuring-.*|storage-optimization|renaming|upgrading)$/

/** Whether what serves, or comes, is told where that store is. */
const reads = (snapshot: Snapshot, variable: string) =>
  revisionsAtHand(snapshot).some(
    ({ variables, secrets }) =>
      Object.hasOwn(variables ?? {}, variable) || secrets?.some(({ name }) => name === variable),
  )

/** The chatbot is to use it, and AWS has none of its name. */
const gone = (snapshot: Snapshot, part: 'database' | 'cache'): Found => {
  const { database, replicationGroup } = stackOf(snapshot.environment)
  const name = part === 'database' ? database : replicationGroup
  return {
    cause: `The ${part} ${name} does not exist, and the tasks are told to use it`,
    confidence: 'proven',
    evidence: [quote(snapshot, part, `the answer names no ${name}`)],
    fix: `${runbookOf(snapshot, 'deploy')}   # Terraform makes it again, empty`,
  }
}

const down: Rule = {
  id: 'database-down',
  family: 'database',
  title: 'The database is not available',
  section: '8.4',
  needs: ['database'],
  look(snapshot) {
    const database = seen(snapshot, 'database')
    if (database === null && reads(snapshot, 'DATABASE_URL')) return gone(snapshot, 'database')
    if (!database?.status) return undefined
    const shown = quote(snapshot, 'database', `${database.id} is ${database.status}`)
    if (serving.test(database.status)) return { ruledOut: this.title, by: shown }
    const restarts = database.restarts
      ? `; AWS starts it again by itself on ${database.restarts.slice(0, 16).replace('T', ' ')} UTC`
      : ''
    return {
      cause: `The database ${database.id} is ${database.status}${restarts}`,
      confidence: 'proven',
      evidence: [shown],
      fix: mends(snapshot, database.id, database.status),
      mend:
        remembered(snapshot) || database.status !== 'stopped'
          ? undefined
          : { do: 'start-database', id: database.id },
    }
  },
}

/** An emergency stopped it, and knows how to bring it back. */
const remembered = (snapshot: Snapshot) => seen(snapshot, 'service')?.tags?.[tagKeys.database] !== undefined

function mends(snapshot: Snapshot, id: string, status: string): string {
  const { region } = snapshot
  if (remembered(snapshot)) return runbookOf(snapshot, 'emergency-restore')
  if (/^(starting|rebooting)$/.test(status))
    return `aws rds wait db-instance-available --db-instance-identifier ${id} --region ${region}`
  if (/^stop/.test(status))
    return `aws rds start-db-instance --db-instance-identifier ${id} --region ${region}`
  if (status === 'storage-full')
    return `${runbookOf(snapshot, 'deploy')}   # after raising db_allocated_storage in the environment's tfvars`
  return `aws rds describe-events --source-identifier ${id} --source-type db-instance --duration 1440 --region ${region}`
}

/** Whether a task says at this moment that it does without a part. */
const without = (snapshot: Snapshot, part: string) =>
  seen(snapshot, 'ready')?.some(({ degraded }) => degraded?.includes(part)) === true

/** What Postgres itself answers, as the chatbot told it when it gave the database up. */
const answers: {
  id: string
  title: string
  words: RegExp
  cause: string
  fix: (snapshot: Snapshot) => string
}[] = [
  {
    id: 'database-refuses-password',
    title: 'The database refuses the password',
    words: /password authentication failed|\b28P01\b/,
    cause: 'The database refuses the user name or password of its secret',
    fix: (snapshot) =>
      `${runbookOf(snapshot, 'deploy')}   # after raising secrets_version in the environment's tfvars`,
  },
  {
    id: 'database-out-of-connections',
    title: 'The database has no connection left',
    words: /too many clients|remaining connection slots|\b53300\b/,
    cause: 'The database has no connection left for the tasks',
    fix: (snapshot) =>
      `${runbookOf(snapshot, 'deploy')}   # after a larger db_instance_class in the environment's tfvars`,
  },
]

const answerRule = ({ id, title, words, cause, fix }: (typeof answers)[number]): Rule => ({
  id,
  family: 'database',
  title,
  section: '8.4',
  needs: ['errors', 'ready'],
  look(snapshot): Found | undefined {
    // A line that nobody's /ready bears out is of a time that is over, or of a program that only prints it.
    if (!without(snapshot, 'database')) return undefined
    const said = lastSaid(snapshot, { away: 'database_away', back: 'database_back' })
    if (!said || !words.test(said.error)) return undefined
    return {
      cause,
      confidence: 'likely',
      evidence: [quote(snapshot, 'errors', said.line)],
      fix: fix(snapshot),
    }
  },
})

const cacheDown: Rule = {
  id: 'cache-down',
  family: 'cache',
  title: 'The cache is not available',
  section: '8.4',
  needs: ['cache'],
  look(snapshot) {
    const cache = seen(snapshot, 'cache')
    if (cache === null && reads(snapshot, 'REDIS_URL')) return gone(snapshot, 'cache')
    if (!cache?.status) return undefined
    const shown = quote(snapshot, 'cache', `${cache.id} is ${cache.status}`)
    if (/^(available|snapshotting|modifying)$/.test(cache.status)) return { ruledOut: this.title, by: shown }
    return {
      cause: `The cache ${cache.id} is ${cache.status}`,
      confidence: 'proven',
      evidence: [shown],
      fix: `aws elasticache describe-events --source-type replication-group --source-identifier ${cache.id} --duration 1440 --region ${snapshot.region}`,
    }
  },
}

/** Redis' own word for a write that finds no room; or no room left while it throws away what is in use. */
const noRoom = /OOM command not allowed/
const brim = { memoryPercent: 95, evictionsAMinute: 100 }

const cacheFull: Rule = {
  id: 'cache-full',
  family: 'cache',
  title: 'The cache is full',
  section: '7.2',
  needs: ['cacheUse', 'errors', 'ready'],
  look(snapshot) {
    const use = seen(snapshot, 'cacheUse')
    const { memoryPercent = 0, evictionsAMinute = 0 } = use ?? {}
    const full = memoryPercent >= brim.memoryPercent
    // Reads go on: the tasks find the cache well, and away again with the next write.
    const said = saidLately(snapshot, 'cache_away', 5).filter(({ error }) => noRoom.test(error))
    const refused = said.length > 0
    if (!refused && !(full && evictionsAMinute > brim.evictionsAMinute)) return undefined
    const shown = `memory ${memoryPercent.toFixed(0)} %, ${evictionsAMinute.toFixed(0)} evictions a minute`
    return {
      cause: refused
        ? 'The cache is full and takes no more writes: the tasks do without it again and again'
        : `The cache is full (${shown}): what is in use is thrown away`,
      confidence: refused && full ? 'proven' : 'likely',
      evidence: [
        ...said.slice(-1).map(({ line }) => quote(snapshot, 'errors', line)),
        ...(use?.memoryPercent === undefined ? [] : [quote(snapshot, 'cacheUse', shown)]),
      ],
      fix: `${runbookOf(snapshot, 'deploy')}   # after a larger redis_node_type in the environment's tfvars`,
    }
  },
}

export const storeRules: Rule[] = [down, ...answers.map(answerRule), cacheDown, cacheFull]
