import { execFileSync } from 'node:child_process'
import { hostname, userInfo } from 'node:os'

/** A process as another one on the same machine can look for it; the start time tells it from a later one of its number. */
export interface Holder {
  host: string
  pid: number
  started: string | undefined
}

let self: Holder | undefined

export function thisProcess(): Holder {
  self ??= processOf(process.pid)
  return self
}

export function processOf(pid: number): Holder {
  return { host: hostname(), pid, started: startOf(pid) }
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

function startOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return undefined
  }
}
