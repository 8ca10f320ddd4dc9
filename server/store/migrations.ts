import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface Migration {
  name: string
  sql: string
  /** SHA-256 of the file: an applied migration must never change. */
  checksum: string
}

/** What a database must offer to be migrated; the runner decides, the database does. */
export interface MigrationTarget {
  applied(): Promise<{ name: string; checksum: string }[]>
  /** Runs one migration and records it, both or neither. */
  apply(migration: Migration): Promise<void>
}

export class MigrationError extends Error {}

/** The plain SQL files of a folder, in order of their names. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await Bun.file(join(folder, name)).text()
      return { name, sql, checksum: new Bun.CryptoHasher('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Those of `migrations` still to run. An applied one that has changed since is an error, whatever it now says. */
export function pending(migrations: Migration[], applied: { name: string; checksum: string }[]): Migration[] {
  const done = new Map(applied.map((one) => [one.name, one.checksum]))
  for (const { name, checksum } of migrations) {
    const recorded = done.get(name)
    if (recorded !== undefined && recorded !== checksum) {
      throw new MigrationError(
        `Migrate: ${name} was applied and has changed since; add a new migration instead`,
      )
    }
  }
  const todo = migrations.filter(({ name }) => !done.has(name))
  const last = applied
    .map(({ name }) => name)
    .sort()
    .at(-1)
  const late = todo.find(({ name }) => last !== undefined && name < last)
  if (late) throw new MigrationError(`Migrate: ${late.name} sorts before ${last}, which was applied already`)
  return todo
}

/** Applies what is missing and says what it applied. A database that is ahead (a rollback of the image) is left as is. */
export async function migrate(target: MigrationTarget, migrations: Migration[]): Promise<string[]> {
  const todo = pending(migrations, await target.applied())
  for (const migration of todo) await target.apply(migration)
  return todo.map(({ name }) => name)
}
