import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { down } from '../../../rehearsal/down.ts'
import { startOf } from '../../../rehearsal/pids.ts'

/** A folder for a rehearsal of its own, which is down and gone when the test is over. */
export function place(name = 'tria-life-') {
  const base = mkdtempSync(join(tmpdir(), name))
  const dir = join(base, '.rehearsal')
  return {
    dir,
    async remove() {
      await down({ dir })
      rmSync(base, { recursive: true, force: true })
    },
  }
}

/** Every process whose command line or environment names the folder: what a rehearsal may not leave behind. */
export function processesOf(dir: string): string[] {
  const { stdout } = Bun.spawnSync(['ps', '-A', '-ww', '-o', 'pid=,command='])
  const lines = stdout.toString().split('\n')
  return lines.filter((line) => line.includes(dir) && !line.includes(' ps -A'))
}

/** A zombie that nobody has waited for yet does not live. */
export const lives = (pid: number): boolean => startOf(pid) !== undefined
