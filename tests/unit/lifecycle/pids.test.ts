import { afterEach, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeLock } from '../../../rehearsal/lock.ts'
import { living, reap, record, startOf } from '../../../rehearsal/pids.ts'
import { lives } from './places.ts'

const dir = mkdtempSync(join(tmpdir(), 'tria-pids-'))
const children: Bun.Subprocess[] = []
const sleeper = (command = ['sleep', '60']) => {
  const child = Bun.spawn(command)
  children.push(child)
  return child
}
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

describe('pids', () => {
  test('reap ends what was recorded, also what ignores SIGTERM', async () => {
    const plain = sleeper()
    const stubborn = sleeper(['sh', '-c', "trap '' TERM; while :; do sleep 1; done"])
    await Bun.sleep(200)
    record(dir, 'plain', plain.pid)
    record(dir, 'stubborn', stubborn.pid)
    const ended = await reap(dir, { grace: 300 })
    expect(ended.map(({ name }) => name).sort()).toEqual(['plain', 'stubborn'])
    await Promise.all([plain.exited, stubborn.exited])
    expect(living(dir)).toEqual([])
  })

  test('a pid that the system gave to somebody else is never touched', async () => {
    const other = sleeper()
    mkdirSync(join(dir, 'pids'), { recursive: true })
    const stale = { pid: other.pid, name: 'postgres-old', started: 'another boot:1' }
    writeFileSync(join(dir, 'pids', `${other.pid}.json`), JSON.stringify(stale))
    expect(living(dir)).toEqual([])
    expect(await reap(dir)).toEqual([])
    expect(lives(other.pid)).toBe(true)
  })

  test('startOf is the same for one process, and nothing for none', () => {
    expect(startOf(process.pid)).toBe(startOf(process.pid)!)
    expect(startOf(2 ** 22 + 1)).toBeUndefined()
  })
})

describe('takeLock', () => {
  test('lets in one after the other, and does not wait for the dead', async () => {
    const file = join(dir, 'lock')
    const held = await takeLock(file)
    let waited = false
    const second = takeLock(file, () => {
      waited = true
    })
    await Bun.sleep(150)
    expect(waited).toBe(true)
    held.release()
    ;(await second).release()
    writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, started: 'never' }))
    ;(await takeLock(file, undefined, 1000)).release()
  })
})
