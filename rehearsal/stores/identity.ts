import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** PostgreSQL refuses to run as root: there it runs as a user with no rights. Undefined: as who we are. */
export interface Identity {
  uid: number
  gid: number
}

export function unprivileged(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = ['postgres', 'nobody'].flatMap((name) => users.filter((it) => it[0] === name))[0]
  return { uid: Number(user?.[2] ?? 65534), gid: Number(user?.[3] ?? 65534) }
}

const prefix = 'tria-data-'
const note = (dir: string) => join(dir, 'data-folder')

/**
 * A folder that this identity can reach. A clone below /root is closed to everybody else: then the data lies in
 * the system's temporary folder, and a note of where is left for whoever takes the rehearsal down.
 */
export function dataFolder(dir: string, who: Identity | undefined): string {
  const path = join(dir, 'data')
  mkdirSync(path, { recursive: true, mode: 0o755 })
  if (!who || canReach(path, who)) return path
  const elsewhere = mkdtempSync(join(tmpdir(), prefix))
  writeFileSync(note(dir), elsewhere)
  chmodSync(elsewhere, 0o755)
  return elsewhere
}

/** Removes all data, wherever it lies; but nothing that was not made for it, since the note is only a file. */
export function removeData(dir: string): void {
  rmSync(join(dir, 'data'), { recursive: true, force: true })
  if (!existsSync(note(dir))) return
  const elsewhere = readFileSync(note(dir), 'utf8')
  if (dirname(elsewhere) === tmpdir() && basename(elsewhere).startsWith(prefix))
    rmSync(elsewhere, { recursive: true, force: true })
  rmSync(note(dir), { force: true })
}

function canReach(path: string, { uid, gid }: Identity): boolean {
  return spawnSync('sh', ['-c', 'cd "$1"', 'sh', path], { uid, gid, cwd: '/' }).status === 0
}
