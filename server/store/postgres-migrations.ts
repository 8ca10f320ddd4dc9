import { Client } from 'pg'
import type { Config } from '../config.ts'
import { type Migration, MigrationError, type MigrationTarget } from './migrations.ts'
import { connectionOf } from './postgres-connection.ts'

/** Any number, but always the same: two deployments that migrate at once wait for each other here. */
const lockId = 7_426_081_905
const lockWaitMs = 120_000

/** Runs the work on one connection that holds the advisory lock; the lock goes with the connection, also in a crash. */
export async function withMigrationLock<T>(
  config: Pick<Config, 'database' | 'databaseCa'>,
  work: (target: MigrationTarget) => Promise<T>,
): Promise<T> {
  const client = new Client(connectionOf(config.database!, config.databaseCa))
  client.on('error', () => undefined)
  await client.connect()
  try {
    await lock(client)
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    return await work(targetOf(client))
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function lock(client: Client): Promise<void> {
  await client.query(`SET lock_timeout = ${lockWaitMs}`)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockId])
  } catch (error) {
    throw new MigrationError('Migrate: another migration holds the lock', { cause: error })
  }
  // A migration that waits behind a long query blocks every query behind itself: rather fail and be run again.
  await client.query("SET lock_timeout = '10s'")
}

export function targetOf(client: Client): MigrationTarget {
  return {
    async applied() {
      return (
        await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM schema_migrations')
      ).rows
    },
    async apply({ name, sql, checksum }: Migration) {
      await client.query('BEGIN')
      try {
        await client.query(sql)
        await client.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [name, checksum])
        await client.query('COMMIT')
      } catch (error) {
        await client.query('ROLLBACK')
        throw new MigrationError(`Migrate: ${name} failed`, { cause: error })
      }
    },
  }
}
