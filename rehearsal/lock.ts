import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { startOf } from './pids.ts'

export interface Lock {
  release(): void
}

/** One process at a time; the lock of one that died is no lock. */
export async function takeLock(file: string, waiting = () => {}, within = 120_000): Promise<Lock> {
  mkdirSync(dirname(file), { recursive: true })
  const deadline = Date.now() + within
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) })
  const aside = `${file}.${process.pid}.${crypto.randomUUID().slice(0, 8)}`
  writeFileSync(aside, mine)
  try {
    for (let tries = 0; ; tries++) {
      try {
        // A link appears with its content, unlike a file that is opened first and written after.
        linkSync(aside, file)
        return { release: () => release(file, mine) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const holder = read(file)
      if (holder !== undefined && !lives(holder)) release(file, holder)
      else {
        if (tries === 0) waiting()
        if (Date.now() > deadline) throw new Error(`Another up or down holds ${file} for too long`)
        await Bun.sleep(100)
      }
    }
  } finally {
    rmSync(aside, { force: true })
  }
}

function release(file: string, content: string): void {
  if (read(file) === content) rmSync(file, { force: true })
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function lives(content: string): boolean {
  try {
    const { pid, started } = JSON.parse(content) as { pid: number; started: string }
    return startOf(pid) === started
  } catch {
    return false
  }
}
