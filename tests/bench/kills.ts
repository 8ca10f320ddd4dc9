import { parseArgs } from 'node:util'
import type { Stage } from '../../runbooks/rehearsal/stage/stage'
import { mustEnd, withStage } from './stage'

/**
 * SIGKILL at random moments of deploy and of rollback, each followed by the same command: how many converge, what is left
 * running, and how many revisions are registered.
 *
 *     bun tests/bench/kills.ts --seed 1 --count 20
 */
export interface Killed {
  what: 'deploy' | 'rollback'
  /** Milliseconds after its start, and the step it was at. */
  at: number
  step: string
  /** What was not as it should be, after the same command had been run again. */
  wrong: string[]
}

/** Where a run was quicker than the moment it was to be killed at. */
export const tooLate = 'after its end'

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How many seconds they take when nobody kills them; the moments are spread over that. */
interface Usual {
  deploy: number
  rollback: number
}

interface Settings {
  seed: number
  count: number
  usual: Usual
  say?: (killed: Killed) => void
}

async function measured(stage: Stage): Promise<Usual> {
  await stage.release('measured')
  const deploy = mustEnd(await stage.run(['deploy'])).seconds
  return { deploy, rollback: mustEnd(await stage.run(['rollback'])).seconds }
}

/** Each round deploys a new version and rolls it back, and kills both on the way. */
export async function kills(
  stage: Stage,
  { seed, count, usual, say = () => {} }: Settings,
): Promise<Killed[]> {
  const next = random(seed)
  const all: Killed[] = []
  const enough = (what: Killed['what']) =>
    all.filter((one) => one.what === what && one.step !== tooLate).length >= count
  // A run that is quicker than its moment is no kill: there are rounds until there are enough of both, or none will come.
  for (let round = 1; round <= 3 * count && !(enough('deploy') && enough('rollback')); round++) {
    const before = await stage.world()
    const version = await stage.release(`kill-${seed}-${round}`)
    for (const what of ['deploy', 'rollback'] as const) {
      const killed = await killOnce(stage, what, next() * usual[what] * 1_000)
      const now = await stage.world()
      const should =
        what === 'deploy'
          ? { version, revisions: before.revisions + 1 }
          : { version: before.version, revision: before.revision, revisions: before.revisions + 1 }
      for (const [name, value] of Object.entries(should)) {
        const is = now[name as keyof typeof now]
        if (is !== value) killed.wrong.push(`${name} is ${is}, should be ${value}`)
      }
      if (!now.still || now.running !== now.desired) killed.wrong.push('it is still moving')
      if (now.lock) killed.wrong.push(`the lock is held by ${now.lock.what} ${now.lock.run}`)
      for (const left of await stage.left()) killed.wrong.push(`left running: ${left}`)
      all.push(killed)
      say(killed)
    }
  }
  return all
}

/** Kills a runbook at a moment and runs the same command again; one that was quicker than that moment is no kill. */
async function killOnce(stage: Stage, what: Killed['what'], at: number): Promise<Killed> {
  let step = 'its start'
  const running = stage.start([what], ({ type, title }) => {
    if (type === 'step.started') step = title ?? ''
  })
  const ended = await Promise.race([running.ended, Bun.sleep(at).then(() => undefined)])
  if (ended?.exitCode === 0) return { what, at: Math.round(at), step: tooLate, wrong: [] }
  running.kill('SIGKILL')
  await running.ended
  const again = await stage.run([what])
  const wrong = again.exitCode === 0 ? [] : [`the same command ended with ${again.exitCode}: ${again.error}`]
  return { what, at: Math.round(at), step, wrong }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '20' } },
  })
  const [seed, count] = [Number(values.seed), Number(values.count)]
  await withStage(async (stage) => {
    const say = ({ what, at, step, wrong }: Killed) =>
      console.log(
        `${wrong.length === 0 ? 'ok    ' : 'WRONG '} ${what.padEnd(8)} killed after ${(at / 1_000).toFixed(1)} s at "${step}"${wrong.map((one) => `; ${one}`).join('')}`,
      )
    const usual = await measured(stage)
    console.log(`unkilled: deploy ${usual.deploy.toFixed(1)} s, rollback ${usual.rollback.toFixed(1)} s`)
    const all = await kills(stage, { seed, count, usual, say })
    for (const what of ['deploy', 'rollback']) {
      const those = all.filter((killed) => killed.what === what && killed.step !== tooLate)
      const converged = those.filter(({ wrong }) => wrong.length === 0).length
      console.log(`${what}: ${converged} of ${those.length} kills converge (seed ${seed})`)
    }
    if (all.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1
  })
}
