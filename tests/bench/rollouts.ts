import { parseArgs } from 'node:util'
import { play } from '../../runbooks/rehearsal/drill'
import { crashOnStart } from '../../runbooks/rehearsal/drills/crash-on-start'
import { imageMissing } from '../../runbooks/rehearsal/drills/image-missing'
import { namedAfter } from '../../runbooks/rehearsal/expect'
import type { Ran } from '../../runbooks/rehearsal/stage/runs'
import { type Stage, until } from '../../runbooks/rehearsal/stage/stage'
import { versionAt } from '../../runbooks/rehearsal/stage/world'
import { mustEnd, withStage } from './stage'

/**
 * The figures of going forward and back: requests that fail under a constant load through the load balancer while a
 * version is deployed, rolled back and restored (none may), and how soon a deploy names its cause (within 2 s of the
 * first task that stopped).
 *
 *     bun tests/bench/rollouts.ts --rounds 5
 */
interface Load {
  what: string
  requests: number
  failed: string[]
}

async function underLoad(stage: Stage, what: string, work: () => Promise<Ran>): Promise<Load> {
  const traffic = stage.load()
  const ran = await work()
  const { requests, failed } = await traffic.stop()
  mustEnd(ran)
  return { what, requests, failed }
}

/** What fails while nothing runs is the shutdown's: the load begins with the first answer. */
async function restore(stage: Stage): Promise<Load> {
  const { version } = await stage.world()
  mustEnd(await stage.run(['emergency-shutdown']))
  const running = stage.start(['emergency-restore'])
  await until('The first answer', async () => (await versionAt(stage.door)) === version, 120)
  return underLoad(stage, 'restore', () => running.ended)
}

async function named(stage: Stage, drill: typeof crashOnStart): Promise<number> {
  const step = { line: () => {}, waiting: () => {}, signal: new AbortController().signal }
  const { proven } = await play(drill, stage, step)
  const wrong = proven.filter(({ ok, text }) => !ok && text !== namedAfter)
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong))
  await stage.copy.checkout(stage.base)
  return Number.parseFloat(proven.find(({ text }) => text === namedAfter)!.evidence!)
}

/** Goes forward, back and forward again, down and up, and breaks twice, so many times; prints the figures. */
export async function rollouts(stage: Stage, rounds: number): Promise<boolean> {
  const loads: Load[] = []
  const delays: Record<string, number[]> = { [crashOnStart.name]: [], [imageMissing.name]: [] }
  for (let round = 1; round <= rounds; round++) {
    await stage.release(`round-${round}`)
    loads.push(await underLoad(stage, 'deploy', () => stage.run(['deploy'])))
    stage.base = await stage.copy.head()
    loads.push(await underLoad(stage, 'rollback', () => stage.run(['rollback'])))
    // Forward again, so that what serves is what the copy holds.
    loads.push(await underLoad(stage, 'deploy', () => stage.run(['deploy'])))
    loads.push(await restore(stage))
    for (const drill of [crashOnStart, imageMissing]) delays[drill.name]!.push(await named(stage, drill))
    console.log(`round ${round} of ${rounds}`)
  }
  const quiet = ['deploy', 'rollback', 'restore'].map((what) =>
    tellLoad(
      what,
      loads.filter((one) => one.what === what),
    ),
  )
  const quick = Object.entries(delays).map(([name, seconds]) => tellDelay(name, seconds))
  return [...quiet, ...quick].every((holds) => holds)
}

function tellLoad(what: string, loads: Load[]): boolean {
  const requests = loads.reduce((sum, one) => sum + one.requests, 0)
  const failed = loads.flatMap((one) => one.failed)
  console.log(`${what}: ${failed.length} of ${requests} requests failed, ${loads.length} times under load`)
  for (const one of failed) console.log(`  ${one}`)
  return failed.length === 0
}

function tellDelay(name: string, seconds: number[]): boolean {
  const sorted = seconds.toSorted((a, b) => a - b)
  const most = sorted.at(-1)!
  const median = sorted[Math.floor(sorted.length / 2)]
  console.log(
    `${name}: the cause is named at most ${most} s after the first task stopped, median ${median} s (at most 2)`,
  )
  return most <= 2
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
  await withStage(async (stage) => {
    if (!(await rollouts(stage, Number(values.rounds)))) process.exitCode = 1
  })
}
