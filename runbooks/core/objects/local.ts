import { Database } from 'bun:sqlite'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Objects, Stored } from './objects'

export function localObjects(folder: string): Objects {
  const path = (key: string) => join(folder, key)
  const get = (key: string): Stored | undefined => {
    try {
      const text = readFileSync(path(key), 'utf8')
      return { text, version: versionOf(text) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
  const write = (key: string, text: string): string => {
    mkdirSync(dirname(path(key)), { recursive: true })
    const draft = `${path(key)}.${process.pid}.new`
    writeFileSync(draft, text)
    renameSync(draft, path(key))
    return versionOf(text)
  }
  return {
    place: folder,
    shared: false,
    get: async (key) => get(key),
    put: async (key, text) => void write(key, text),
    create: async (key, text) => alone(folder, () => (get(key) ? undefined : write(key, text))),
    replace: async (key, text, version) =>
      alone(folder, () => (get(key)?.version === version ? write(key, text) : undefined)),
    remove: async (key, version) =>
      alone(folder, () => {
        if (get(key)?.version === version) rmSync(path(key))
      }),
    async list(prefix) {
      const base = path(prefix)
      if (!existsSync(base)) return []
      return readdirSync(base)
        .map((name) => `${prefix}${name}`)
        .sort()
    },
  }
}

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** One process at a time. SQLite's file lock ends with its process, so that nothing is left behind by a kill -9. */
function alone<T>(folder: string, work: () => T): T {
  mkdirSync(folder, { recursive: true })
  const mutex = new Database(join(folder, 'mutex.sqlite'))
  try {
    mutex.exec('PRAGMA busy_timeout = 5000')
    mutex.exec('BEGIN EXCLUSIVE')
    const result = work()
    mutex.exec('COMMIT')
    return result
  } finally {
    mutex.close()
  }
}
