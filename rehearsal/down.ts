import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { takeLock } from './lock.ts'
import { gone, living, reap, signal } from './pids.ts'
import { rehearsalDir } from './place.ts'
import { clearState, isAlive, readStateFile } from './state.ts'
import { removeData } from './stores/identity.ts'

/** Ends the rehearsal and everything it started. Returns the names of what it had to end; none: it was not up. */
export async function down({ dir = rehearsalDir() }: { dir?: string } = {}): Promise<string[]> {
  const lock = await takeLock(join(dir, 'up.lock'))
  try {
    return await cleanUp(dir)
  } finally {
    lock.release()
  }
}

/** The daemon first, which ends its parts in order; then whatever is still there. */
export async function cleanUp(dir: string): Promise<string[]> {
  const state = readStateFile(dir)
  const before = living(dir)
  const daemons = before.filter(({ name }) => name === 'daemon')
  if (state && isAlive(state) && !daemons.some(({ pid }) => pid === state.pid)) {
    daemons.push({ pid: state.pid, name: 'daemon', started: state.process })
  }
  for (const daemon of daemons) signal(daemon, 'SIGTERM')
  await gone(daemons, 20_000)
  await reap(dir)
  removeData(dir)
  for (const left of ['tls', 'tasks']) rmSync(join(dir, left), { recursive: true, force: true })
  clearState(dir)
  return [...new Set([...daemons, ...before].map(({ name }) => name))]
}
