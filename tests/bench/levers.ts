import { readFileSync } from 'node:fs'
import type { Run } from '../rehearsal/support'
import { allLevers } from '../unit/costs/all-levers'
import { whoAnswers } from './levers/answers'
import { accountIn, putQuietDays } from './levers/measures'
import { own, thisShell } from './levers/place'
import { type Situation, situations } from './levers/situations'

/**
 * Every lever that optimize can offer, applied to a real environment in a rehearsal: one by one, each undone again, and then
 * all that go together, in situations that between them offer every one. None may raise the estimate, fail verification,
 * cut the model off, be offered again, or leave a trace when undone.
 *
 *     bun tests/bench/levers.ts                # an environment of its own: about an hour
 *     bun tests/bench/levers.ts --here spot    # the rehearsal of this shell, and one lever
 *     bun tests/bench/levers.ts endpoints      # an environment of its own, and the situation of one lever
 */
const words = process.argv.slice(2)
const here = words.includes('--here')
const only = words.filter((word) => !word.startsWith('-'))

const place = here ? thisShell() : await own()
const account = accountIn(place.env)
const failures: string[] = []
const holds = (what: string, so: boolean) => so || void failures.push(what)

async function look(): Promise<{ monthly: number; ids: string[]; together: string[]; all: number }> {
  const { exitCode, data, stdout } = await place.optimize()
  if (exitCode !== 0) throw new Error(`optimize: exit ${exitCode}\n${stdout.slice(-2000)}`)
  return {
    monthly: data.baseline.monthly,
    ids: data.recommendations.map(({ id }: { id: string }) => id),
    together: data.combined.ids,
    all: data.combined.monthly,
  }
}

const errorOf = (run: Run): string => run.events.find(({ type }) => type === 'error')?.message ?? ''

async function mustEnd(...args: string[]): Promise<void> {
  const run = await place.optimize(...args)
  if (run.exitCode !== 0) throw new Error(`${args.join(' ')}: exit ${run.exitCode}: ${errorOf(run)}`)
}

/** Applies, looks again, undoes, and holds what came of it against what was promised. */
async function tryOut(ids: readonly string[]): Promise<void> {
  const name = ids.join(' + ')
  const failed = failures.length
  const text = readFileSync(place.values, 'utf8')
  const before = await look()
  const started = performance.now()
  const applied = await place.optimize('--apply', ...ids)
  const seconds = Math.round((performance.now() - started) / 1000)
  // Verification is a part of --apply: it ends well only when every check is ok.
  holds(
    `${name}: applied and verified (exit ${applied.exitCode}: ${errorOf(applied)})`,
    applied.exitCode === 0,
  )
  const after = await look()
  const { before: promisedBefore = 0, after: promised = 0 } = applied.data?.cost ?? {}
  // What is stored, and was counted again, has grown a little meanwhile.
  holds(`${name}: ${before.monthly} → ${after.monthly}`, after.monthly <= before.monthly + 0.01)
  holds(`${name}: its plan's cost went ${promisedBefore} → ${promised}`, promised < promisedBefore)
  for (const id of ids) holds(`${name}: ${id} is offered again`, !after.ids.includes(id))
  const who = await whoAnswers(account)
  holds(`${name}: the model is cut off, ${who} answers`, who.startsWith('gpt'))
  const undone = await place.optimize('--undo')
  holds(`${name}: undone (exit ${undone.exitCode}: ${errorOf(undone)})`, undone.exitCode === 0)
  holds(`${name}: its values are as they were`, readFileSync(place.values, 'utf8') === text)
  const back = await look()
  holds(
    `${name}: undone, ${back.monthly} is not ${before.monthly}`,
    Math.abs(back.monthly - before.monthly) < 0.01,
  )
  const [was, is] = [before.monthly.toFixed(2), after.monthly.toFixed(2)]
  console.log(
    `${name.padEnd(18)} $${was} → $${is}  ${String(seconds).padStart(4)} s${failures.length > failed ? '  !' : ''}`,
  )
  for (const failure of failures.slice(failed)) console.log(`    ${failure}`)
}

async function tryIn({ name, values, through = [], levers, mayGo }: Situation): Promise<readonly string[]> {
  console.log(`\n${name}`)
  await place.deploy(values, mayGo)
  await putQuietDays(account)
  for (const id of through) await mustEnd('--apply', id)
  const { ids, together } = await look()
  console.log(`offered: ${ids.join(', ')}`)
  const tried = (levers ?? ids).filter((id) => only.length === 0 || only.includes(id))
  for (const id of tried) holds(`${name}: ${id} is not offered`, ids.includes(id))
  for (const id of tried.filter((each) => ids.includes(each))) await tryOut([id])
  if (only.length === 0 && !levers) await tryOut(together)
  for (const _ of through) await mustEnd('--undo')
  return tried
}

const special = situations.flatMap(({ levers = [] }) => levers)
/** A situation without levers of its own is for all that are in no other. */
const wanted = ({ levers }: Situation) =>
  only.length === 0 || only.some((id) => levers?.includes(id) ?? !special.includes(id))

try {
  const tried: string[] = []
  if (here) tried.push(...(await tryIn({ name: 'what stands', values: '' })))
  else for (const each of situations) if (wanted(each)) tried.push(...(await tryIn(each)))
  if (only.length === 0 && !here)
    for (const id of allLevers) holds(`${id} was tried in no situation`, tried.includes(id))
} finally {
  await place.close()
}
for (const failure of failures) console.log(`✖ ${failure}`)
console.log(failures.length === 0 ? 'every lever holds' : `${failures.length} do not hold`)
process.exitCode = failures.length === 0 ? 0 : 1
