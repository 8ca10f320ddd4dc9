import { readdir } from 'node:fs/promises'
import type { Aws } from '../aws/clients'
import { markRevision } from '../aws/revisions'
import { root } from '../paths'

/** Where the migrations of a commit are; an image knows those of the commit it was built from. */
export const migrationsFolder = 'server/migrations/postgres'

/** The migration that sorts last, without its ending; the server applies them in the order of their names. */
export function lastMigration(files: string[]): string | undefined {
  return files
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(name.lastIndexOf('/') + 1, -'.sql'.length))
    .sort()
    .at(-1)
}

/**
 * Says on the revision up to which migration its image goes, and that the database is brought there. It is said
 * before the first one is applied: a rollback must know of a migration that broke off half-way, too.
 */
export async function markMigrating(aws: Aws, revision: string, state: 'begun' | 'done'): Promise<void> {
  const last = lastMigration(await readdir(`${root}/${migrationsFolder}`).catch(() => []))
  if (!last) return
  await markRevision(aws, revision, {
    migrations: last.replace(/[^A-Za-z0-9 _.:/=+@-]/g, '_').slice(0, 200),
    migrated: `${state} ${new Date().toISOString()}`,
  })
}
