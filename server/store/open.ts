import { join } from 'node:path'
import { Breaker } from '../breaker.ts'
import type { Config } from '../config.ts'
import type { Log } from '../logging/log.ts'
import type { PartState } from '../readiness.ts'
import { guarded } from './guarded.ts'
import { readMigrations } from './migrations.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

interface Opened {
  store: Store
  state(): PartState
}

/** Postgres where a DATABASE_URL is given, else the embedded store. A Postgres that is away does not hold up the start. */
export async function openStore(config: Config, migrations: string, log: Log): Promise<Opened> {
  if (!config.database) {
    const store = await openSqlite(config.sqlitePath, await readMigrations(join(migrations, 'sqlite')))
    const detail = config.sqlitePath === ':memory:' ? 'embedded, gone when the process ends' : 'embedded'
    return { store, state: () => ({ status: 'ok', kind: 'embedded', detail }) }
  }
  const postgres = openPostgres(config, (error) => log.warn('database_connection_lost', { error }))
  const breaker = new Breaker({
    threshold: 2,
    probe: () => postgres.check(),
    probeEveryMs: 1_000,
    onChange: (open, error) => (open ? log.error('database_away', { error }) : log.info('database_back')),
  })
  const store = guarded(postgres, breaker)
  // Asked at once, so that /ready knows before the first customer does.
  store.check().catch(() => store.check().catch(() => undefined))
  return {
    store,
    state: () =>
      breaker.open
        ? {
            status: 'degraded',
            kind: 'postgres',
            detail: 'conversations are kept in memory until it is back',
          }
        : { status: 'ok', kind: 'postgres' },
  }
}
