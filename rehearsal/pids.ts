import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Which processes a rehearsal has started, on disk, so that one that crashed can be cleaned up by the next.
 * A pid alone is no identity, the system uses it again: with the moment the process started it is.
 */
export interface Recorded {
  pid: number
  name: string
  started: string
}

const folder = (dir: string) => join(dir, 'pids')

/** Call it right after a spawn; the record goes with `forget`, or with the process's end at the next clean-up. */
export function record(dir: string, name: string, pid: number): void {
  const started = startOf(pid)
  if (started === undefined) return
  mkdirSync(folder(dir), { recursive: true })
  writeFileSync(join(folder(dir), `${pid}.json`), JSON.stringify({ pid, name, started } satisfies Recorded))
}

export function forget(dir: string, pid: number): void {
  rmSync(join(folder(dir), `${pid}.json`), { force: true })
}

/** The recorded processes that still live. */
export function living(dir: string): Recorded[] {
  let files: string[]
  try {
    files = readdirSync(folder(dir))
  } catch {
    return []
  }
  return files.flatMap((file) => {
    try {
      const it = JSON.parse(readFileSync(join(folder(dir), file), 'utf8')) as Recorded
      return startOf(it.pid) === it.started ? [it] : []
    } catch {
      return []
    }
  })
}

function isLiving(it: Recorded): boolean {
  return startOf(it.pid) === it.started
}

/** Ends every other recorded process that still lives: asked first, then made to. Returns what it ended. */
export async function reap(dir: string, { grace = 3000 } = {}): Promise<Recorded[]> {
  const found = living(dir).filter(({ pid }) => pid !== process.pid)
  for (const it of found) signal(it, 'SIGTERM')
  await gone(found, grace)
  for (const it of found) if (isLiving(it)) signal(it, 'SIGKILL')
  await gone(found, 2000)
  rmSync(folder(dir), { recursive: true, force: true })
  return found
}

export function signal(it: Recorded, name: NodeJS.Signals): void {
  if (!isLiving(it)) return
  try {
    process.kill(it.pid, name)
  } catch {
    // It ended in between.
  }
}

export async function gone(these: Recorded[], within: number): Promise<boolean> {
  const deadline = Date.now() + within
  while (these.some(isLiving)) {
    if (Date.now() > deadline) return false
    await Bun.sleep(25)
  }
  return true
}

/** When the process started, in whatever words the system has for it; undefined when there is none (a zombie is none). */
export function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The name in brackets may hold spaces and brackets itself: count from the last one.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined
      return `${bootId()}:${fields[19]}`
    } catch {
      return undefined
    }
  }
  const answer = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
  const line = answer.stdout?.trim()
  if (!line || line.startsWith('Z')) return undefined
  return line.replace(/^\S+\s+/, '')
}

let boot: string | undefined
function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return boot
}
