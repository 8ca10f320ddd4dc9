import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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

/**
 * A folder that this identity can reach. A clone below /root is closed to everybody else: then the data
 * lies in the system's temporary folder, and `outside` says so, for whoever takes the rehearsal down.
 */
export function dataFolder(dir: string, who: Identity | undefined): { path: string; outside: boolean } {
  const path = join(dir, 'data')
  mkdirSync(path, { recursive: true, mode: 0o755 })
  if (!who || canReach(path, who)) return { path, outside: false }
  const elsewhere = mkdtempSync(join(tmpdir(), 'tria-rehearsal-'))
  spawnSync('chmod', ['755', elsewhere])
  return { path: elsewhere, outside: true }
}

function canReach(path: string, { uid, gid }: Identity): boolean {
  return spawnSync('sh', ['-c', 'cd "$1"', 'sh', path], { uid, gid, cwd: '/' }).status === 0
}
