import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp } from './down.ts'
import { type Lock, takeLock } from './lock.ts'
import { record, startOf } from './pids.ts'
import { clone, makePlace, rehearsalDir } from './place.ts'
import { clearState, isAlive, readState, readStateFile, type State } from './state.ts'
import { writeTerraformRc } from './terraform-rc.ts'
import { writeTools } from './tools.ts'

export interface UpOptions {
  dir?: string
  /** Hears what is waited for, in a few words. */
  say?: (line: string) => void
  /** How long to wait before it is given up. */
  within?: number
  /** The rehearsal is this process's own: it goes down when this process ends, however it ends. */
  mine?: boolean
}

/** Starts the rehearsal of this clone, or finds it running. Ready when it returns. */
export async function up({
  dir = rehearsalDir(),
  say = () => {},
  within = 90_000,
  mine = false,
}: UpOptions = {}): Promise<State> {
  makePlace(dir)
  const lock: Lock = await takeLock(join(dir, 'up.lock'), () => say('another up or down is under way'))
  try {
    const running = readState(dir)
    if (running && (await answers(running))) return running
    // One that crashed may have left anything behind.
    const ended = await cleanUp(dir)
    if (ended.length > 0) say(`cleaned up after a rehearsal that crashed: ${ended.join(', ')}`)
    rmSync(join(dir, 'calls.jsonl'), { force: true })
    writeTools(dir)
    writeTerraformRc(dir)
    return await launch(dir, { say, within, mine })
  } finally {
    lock.release()
  }
}

/** A daemon that is being killed has a pid for a moment longer, and a hung one for ever. */
async function answers({ urls }: State): Promise<boolean> {
  return fetch(`${urls.aws}/_rehearsal/memory`, { signal: AbortSignal.timeout(5000) }).then(
    (response) => response.ok,
    () => false,
  )
}

async function launch(
  dir: string,
  { say, within, mine }: { say: (line: string) => void; within: number; mine: boolean },
): Promise<State> {
  mkdirSync(join(dir, 'logs'), { recursive: true })
  writeFileSync(join(dir, 'daemon.log'), '')
  const output = openSync(join(dir, 'logs', 'daemon.out'), 'w')
  const args = [
    '--no-install',
    `--config=${join(clone, 'bunfig.toml')}`,
    join(clone, 'rehearsal', 'daemon.ts'),
  ]
  const child = spawn(process.execPath, args, {
    cwd: clone,
    detached: true,
    env: { ...daemonEnvironment(dir), ...(mine && { TRIA_REHEARSAL_OWNER: `${process.pid}` }) },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  if (child.pid === undefined) throw new Error('Start the rehearsal: its daemon does not start')
  child.unref()
  record(dir, 'daemon', child.pid)
  // Whoever is interrupted while it waits does not leave half a rehearsal behind.
  const abandon = () => child.kill('SIGTERM')
  for (const name of interrupts) process.once(name, abandon)
  try {
    return await ready(dir, child.pid, say, within)
  } finally {
    for (const name of interrupts) process.removeListener(name, abandon)
  }
}

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The daemon talks to moto alone: no profile, endpoint or credentials of the user's may lead it elsewhere. */
function daemonEnvironment(dir: string): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|NODE_EXTRA_CA_CERTS|REHEARSAL_|TRIA_REHEARSAL_OWNER)/.test(name),
  )
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || 'us-east-1'
  return {
    ...Object.fromEntries(kept),
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    TRIA_REHEARSAL_DIR: dir,
  }
}

async function ready(dir: string, pid: number, say: (line: string) => void, within: number): Promise<State> {
  const deadline = Date.now() + within
  let said = ''
  for (;;) {
    const state = readStateFile(dir)
    if (state?.phase === 'up' && isAlive(state)) return state
    if (state?.phase === 'failed') {
      clearState(dir)
      throw new Error(`Start the rehearsal: ${state.error} (see ${join(dir, 'daemon.log')})`)
    }
    if (state?.waitingFor && state.waitingFor !== said) {
      said = state.waitingFor
      say(`waiting for ${said}`)
    }
    if (startOf(pid) === undefined && readStateFile(dir)?.phase !== 'failed') {
      throw new Error(`Start the rehearsal: its daemon ended (see ${join(dir, 'logs', 'daemon.out')})`)
    }
    if (Date.now() > deadline) {
      await cleanUp(dir)
      throw new Error(`Start the rehearsal: after ${within / 1000} s it still waits for ${said}`)
    }
    await Bun.sleep(50)
  }
}
