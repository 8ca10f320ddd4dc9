import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Log } from './logging/log.ts'
import { migrate, readMigrations } from './store/migrations.ts'
import { withMigrationLock } from './store/postgres-migrations.ts'
import { openSqlite } from './store/sqlite.ts'

/** Brings the database to this version's schema: exit code 0 when it is there, 1 when it is not. */
export async function migrateCommand(
  config: Config,
  { home, log }: { home: string; log: Log },
): Promise<number> {
  try {
    if (!config.database) {
      await (
        await openSqlite(config.sqlitePath, await readMigrations(join(home, 'migrations/sqlite')))
      ).close()
      log.info('migrated', { database: 'embedded' })
      return 0
    }
    const migrations = await readMigrations(join(home, 'migrations/postgres'))
    const applied = await withMigrationLock(config, (target) => migrate(target, migrations))
    log.info('migrated', { applied, known: migrations.length })
    return 0
  } catch (error) {
    log.error('migration_failed', { error })
    return 1
  } finally {
    await log.flush()
  }
}
