import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { forget, record } from './pids.ts'

export interface Child {
  pid: number
  name: string
  alive(): boolean
  ended: Promise<number | null>
  /** Asks it to end, then makes it. */
  stop(signal?: NodeJS.Signals, grace?: number): Promise<void>
}

/** A long-lived process of the rehearsal: recorded for clean-up, its output in `logs/<name>.log`. */
export function startChild(
  dir: string,
  name: string,
  [command, ...args]: [string, ...string[]],
  options: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> = {},
): Child {
  mkdirSync(join(dir, 'logs'), { recursive: true })
  const log = openSync(join(dir, 'logs', `${name}.log`), 'a')
  let child: ChildProcess
  try {
    // A group of its own: a Ctrl-C in the terminal reaches the daemon alone, which then stops things in order.
    child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] })
  } finally {
    closeSync(log)
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('error', () => resolve(null))
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${name}: ${command} does not start`)
  record(dir, name, pid)
  let alive = true
  const done = ended.then((code) => {
    alive = false
    forget(dir, pid)
    return code
  })
  return {
    pid,
    name,
    alive: () => alive,
    ended: done,
    async stop(signal = 'SIGTERM', grace = 5000) {
      if (!alive) return
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), grace)
      await done
      clearTimeout(timer)
    },
  }
}
