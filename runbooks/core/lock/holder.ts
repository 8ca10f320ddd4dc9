import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'

/** A process as another one on the same machine can look for it; the start time tells it from a later one of its number. */
export interface Holder {
  host: string
  pid: number
  started: string | undefined
}

let self: Holder | undefined

export function thisProcess(): Holder {
  self ??= { host: hostname(), pid: process.pid, started: startOf(process.pid) }
  return self
}

/** True only when it is certain: same machine, and no such process. */
export function isGone({ host, pid, started }: Holder): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  return started !== undefined && startOf(pid) !== started
}

/** Who sits at this machine. */
export function localUser(): string {
  const { USER, LOGNAME } = process.env
  return `${USER || LOGNAME || nameOfUser()}@${hostname()}`
}

function nameOfUser(): string {
  try {
    const { username, uid } = userInfo()
    return username && username !== 'unknown' ? username : `uid ${uid}`
  } catch {
    // A container may run as a number that has no name.
    return `uid ${process.getuid?.() ?? '?'}`
  }
}

/** When a process started, in the system's own terms: only good for telling it from another one. */
function startOf(pid: number): string | undefined {
  try {
    // Linux: the fields after the program's name, which may itself hold blanks and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    const { stdout, exitCode } = Bun.spawnSync(['ps', '-o', 'lstart=', '-p', String(pid)])
    return exitCode === 0 ? stdout.toString().trim() : undefined
  }
}
