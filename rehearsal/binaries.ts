import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first of these that is a program: names are looked up on PATH and in `folders`. */
export function findProgram(name: string, folders: string[] = []): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return [...onPath, ...folders].map((folder) => join(folder, name)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where Debian, Red Hat and Homebrew keep PostgreSQL's server programs, which are seldom on PATH; newest first. */
export function postgresFolders(): string[] {
  const versioned = (root: string, below: string) =>
    list(root)
      .map((name) => ({ name, version: Number(/(\d+)/.exec(name)?.[1] ?? 0) }))
      .filter(({ version }) => version > 0)
      .sort((a, b) => b.version - a.version)
      .map(({ name }) => join(root, name, below))
  const brewed = ['/opt/homebrew/opt', '/usr/local/opt', '/home/linuxbrew/.linuxbrew/opt'].flatMap((root) => {
    const formulas = list(root).filter((name) => name.startsWith('postgresql'))
    return formulas
      .sort()
      .reverse()
      .map((name) => join(root, name, 'bin'))
  })
  const mac = versioned('/Applications/Postgres.app/Contents/Versions', 'bin')
  return [
    ...versioned('/usr/lib/postgresql', 'bin'),
    ...versioned('/usr', 'bin').filter((it) => it.includes('pgsql')),
    ...brewed,
    ...mac,
  ]
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
