import { readdirSync, readFileSync } from 'node:fs'
import { exec } from './programs'
import { marker } from './runs'

/**
 * The processes that the runbooks of a drill's copy have started and that are still there: found by a variable in their
 * environment, which a child inherits whatever it is called and wherever it works.
 */
export async function atWork(dir: string): Promise<string[]> {
  const mark = `${marker}=${dir}`
  if (process.platform === 'linux') return fromProc(mark)
  const { stdout } = await exec(['ps', '-axEww', '-o', 'pid=,command='])
  return stdout.split('\n').filter((line) => line.includes(mark))
}

function fromProc(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)) return []
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
        // A zombie has no words left: it has ended.
        return words ? [`${pid} ${words}`] : []
      } catch {
        // It ended while we looked.
        return []
      }
    })
}
