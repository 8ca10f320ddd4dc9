import { duration } from '../../runbooks/core'
import { uncoloured } from '../../runbooks/core/output/style'
import { table } from '../../runbooks/core/output/table'
import { ids, Trouble } from '../rehearsal/small-trouble'
import { all, unplayed } from './drills/all'
import { type Drill, symptoms } from './drills/drill'

/**
 * `bun run drills [WORD]`: breaks a small environment in every way that can be made real, waits until a user or an SLI
 * notices it, looks once with `troubleshoot`, and keeps the score. With a word: the drills whose names or causes have it.
 */
const most = { ms: 3_000, calls: 60 }

interface Played {
  drill: Drill
  noticed: string
  named: string[]
  exitCode: number
  ms: number
  calls: number
}

async function play(trouble: Trouble, drill: Drill): Promise<Played> {
  const look = () => (drill.noticed ?? symptoms)(trouble)
  await drill.ready?.(trouble)
  // What is noticed before anything is broken is no symptom of it.
  if (drill.causes.length > 0 && !(await until(async () => (await look()) === undefined)))
    throw new Error(`Noticed before it is played: ${await look()}`)
  const mend = await drill.play(trouble)
  try {
    const noticed = (drill.causes.length > 0 && (await until(look))) || ''
    // What the tasks said of it is on its way to the log.
    if (noticed) await Bun.sleep(1_500)
    const began = performance.now()
    const run = await trouble.look()
    const ms = performance.now() - began
    return { drill, noticed, named: ids(run), exitCode: run.exitCode, ms, calls: trouble.calls.at(-1)! }
  } finally {
    await mend()
  }
}

async function until<T>(look: () => Promise<T>): Promise<T | ''> {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await Bun.sleep(300)) {
    const found = await look()
    if (found) return found
  }
  return ''
}

/** A cause is named, and nothing beside it; of two, both; where there is none, nothing. What nobody noticed does not count. */
function holds({ drill: { causes }, named, noticed, exitCode }: Played): boolean {
  if (causes.length === 0) return named.length === 0 && exitCode === 0
  if (!noticed || exitCode !== 3) return false
  return named.toSorted().join() === causes.toSorted().join()
}

const row = (one: Played) => ({
  '': holds(one) ? '✔' : '✖',
  drill: one.drill.name,
  named: one.named.join(', ') || (one.drill.causes.length > 0 ? 'nothing' : '-'),
  time: duration(one.ms),
  calls: one.calls,
  noticed: one.noticed,
})

const word = process.argv[2] ?? ''
const wanted = all.filter(
  ({ name, causes }) => name.includes(word) || causes.some((cause) => cause.includes(word)),
)
const trouble = await Trouble.make()
const played: Played[] = []
try {
  for (const drill of wanted) {
    const one = await play(trouble, drill).catch((error: Error): Played => {
      console.error(`${drill.name}: ${error.stack}`)
      return { drill, noticed: '', named: ['it could not be played'], exitCode: -1, ms: 0, calls: 0 }
    })
    played.push(one)
    console.error(
      `${holds(one) ? '✔' : '✖'} ${drill.name}: ${one.named.join(', ') || '-'} (${duration(one.ms)})`,
    )
  }
} finally {
  await trouble.workspace.close()
}

const score = (some: Played[]) => `${some.filter(holds).length} of ${some.length}`
const causes = played.filter(({ drill }) => drill.causes.length > 0)
const decoys = played.filter(({ drill }) => drill.causes.length === 0)
const slow = played.filter(({ ms, calls }) => ms > most.ms || calls > most.calls)
console.log(table(played.map(row), 200, uncoloured).join('\n'))
console.log(
  `\nNamed: ${score(causes)}. Nothing where there is nothing: ${score(decoys)}. Over ${duration(most.ms)} or ${most.calls} calls: ${slow.length}`,
)
console.log('\nNo drill of its own:')
for (const [cause, why] of Object.entries(unplayed)) console.log(`  ${cause}: ${why}`)
process.exitCode = played.every(holds) && slow.length === 0 ? 0 : 1
