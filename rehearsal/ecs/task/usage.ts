import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What a process group uses: resident bytes now, and processor seconds since its start. */
export interface Used {
  bytes: number
  cpuSeconds: number
}

export type Usage = ReturnType<typeof watchUsage>

/** Reads the use of the watched process groups (a task's container is one) at every interval. */
export function watchUsage(every: number) {
  const watched = new Map<number, (used: Used) => void>()
  const look = () => {
    if (watched.size === 0) return
    const groups = process.platform === 'linux' ? fromProc(watched) : fromPs(watched)
    for (const [group, used] of groups) watched.get(group)?.(used)
  }
  const timer = setInterval(look, every)
  timer.unref?.()
  return {
    watch(group: number, heard: (used: Used) => void) {
      watched.set(group, heard)
    },
    forget(group: number) {
      watched.delete(group)
    },
    stop: () => clearInterval(timer),
  }
}

/** Linux counts processor time in hundredths of a second on every platform it matters on. */
const ticksPerSecond = 100
const pageBytes = 4096

function fromProc(groups: ReadonlyMap<number, unknown>): Map<number, Used> {
  const found = new Map<number, Used>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const group = Number(fields[2])
      if (!groups.has(group)) continue
      add(found, group, {
        bytes: Number(fields[21]) * pageBytes,
        // Its own and that of the children it has waited for: health checks count, as they do in a container.
        cpuSeconds: [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / ticksPerSecond,
      })
    } catch {
      // It ended while we looked.
    }
  }
  return found
}

function fromPs(groups: ReadonlyMap<number, unknown>): Map<number, Used> {
  const found = new Map<number, Used>()
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pgid=,rss=,time='], { encoding: 'utf8' })
  for (const line of (stdout ?? '').split('\n')) {
    const [group, kilobytes, time] = line.trim().split(/\s+/)
    if (!time || !groups.has(Number(group))) continue
    add(found, Number(group), { bytes: Number(kilobytes) * 1024, cpuSeconds: secondsOf(time) })
  }
  return found
}

/** `ps` writes `[[days-]hours:]minutes:seconds`. */
export function secondsOf(time: string): number {
  const [clock, days] = time.split('-').reverse() as [string, string | undefined]
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days ?? 0) * 86_400
}

function add(found: Map<number, Used>, group: number, more: Used): void {
  const had = found.get(group) ?? { bytes: 0, cpuSeconds: 0 }
  found.set(group, { bytes: had.bytes + more.bytes, cpuSeconds: had.cpuSeconds + more.cpuSeconds })
}
