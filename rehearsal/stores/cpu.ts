import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** CPU seconds that a process, its children and those it outlived have used. */
export function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined) return 0
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

function fromProc(pid: number): number {
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = stat(name)
    const parent = Number(fields[1])
    if (Number(name) === pid) ticks += sum(fields.slice(11, 15))
    else if (parent === pid) ticks += sum(fields.slice(11, 13))
  }
  // The kernel counts these in hundredths of a second on every platform Bun runs on.
  return ticks / 100
}

/** The fields after the command's name, which may itself hold spaces. */
function stat(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

const sum = (values: string[]) => values.reduce((total, value) => total + Number(value), 0)

function fromPs(pid: number): number {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,time='], { encoding: 'utf8' })
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const own = rows.filter(([id, parent]) => Number(id) === pid || Number(parent) === pid)
  return own.reduce((total, [, , time = '0']) => total + seconds(time), 0)
}

/** `[[hours:]minutes:]seconds` as ps prints it. */
function seconds(time: string): number {
  return time.split(':').reduce((total, part) => total * 60 + Number(part), 0)
}
