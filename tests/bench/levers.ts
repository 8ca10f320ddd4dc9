import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
 *     bun tests/bench/levers.ts                # an environment of its own: 35 minutes
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

/** What --usage says in the situation at hand: what was measured first, so that an hour that ends meanwhile is no saving. */
let saidOfUse: string[] = []
const notes = mkdtempSync(join(tmpdir(), 'levers-'))
const said = join(notes, 'usage.json')

interface Looked {
  monthly: number
  /** Quantities of a month, as far as they were measured. */
  measured: Record<string, number>
  lines: Record<string, number>
  ids: string[]
  together: string[]
  /** Why a lever is not offered. */
  refused: Record<string, string>
}

async function look(): Promise<Looked> {
  const { exitCode, data, stdout } = await place.optimize(...saidOfUse)
  if (exitCode !== 0) throw new Error(`optimize: exit ${exitCode}\n${stdout.slice(-2000)}`)
  return {
    monthly: data.baseline.monthly,
    measured: data.use?.measured ?? {},
    lines: Object.fromEntries(
      data.lines.map((line: { resource: string; component: string; monthly: number }) => [
        `${line.resource} ${line.component}`,
        line.monthly,
      ]),
    ),
    ids: data.recommendations.map(({ id }: { id: string }) => id),
    together: data.combined.ids,
    refused: Object.fromEntries(
      data.refused.map(({ id, refused }: { id: string; refused: string }) => [id, refused]),
    ),
  }
}

const differences = (before: Looked['lines'], after: Looked['lines']): string =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => Math.abs((before[name] ?? 0) - (after[name] ?? 0)) >= 0.005)
    .map((name) => `${name} ${before[name] ?? 'none'} → ${after[name] ?? 'none'}`)
    .join(', ')

const errorOf = (run: Run): string => run.events.find(({ type }) => type === 'error')?.message ?? ''

async function mustEnd(...args: string[]): Promise<void> {
  const run = await place.optimize(...args)
  if (run.exitCode !== 0) throw new Error(`${args.join(' ')}: exit ${run.exitCode}: ${errorOf(run)}`)
}

/** Applies, looks again, undoes, and holds what came of it against what was promised. */
async function tryOut(ids: readonly string[]): Promise<void> {
  const name = ids.length === 1 ? ids[0]! : `${ids.length} together`
  const failed = failures.length
  const text = readFileSync(place.values, 'utf8')
  const before = await look()
  const started = performance.now()
  const applied = await place.optimize('--apply', ...ids, ...saidOfUse)
  const seconds = Math.round((performance.now() - started) / 1000)
  // Verification is a part of --apply: it ends well only when every check is ok.
  holds(
    `${name}: applied and verified (exit ${applied.exitCode}: ${errorOf(applied)})`,
    applied.exitCode === 0,
  )
  const after = await look()
  const { before: promisedBefore = 0, after: promised = 0 } = applied.data?.cost ?? {}
  holds(`${name}: ${before.monthly} → ${after.monthly}`, after.monthly <= before.monthly + 0.001)
  holds(`${name}: its plan's cost went ${promisedBefore} → ${promised}`, promised < promisedBefore)
  for (const id of ids) holds(`${name}: ${id} is offered again`, !after.ids.includes(id))
  const who = await whoAnswers(account)
  holds(`${name}: the model is cut off, ${who} answers`, who.startsWith('gpt'))
  const undone = await place.optimize('--undo')
  holds(`${name}: undone (exit ${undone.exitCode}: ${errorOf(undone)})`, undone.exitCode === 0)
  holds(`${name}: its values are as they were`, readFileSync(place.values, 'utf8') === text)
  const back = await look()
  holds(
    `${name}: undone, ${back.monthly} is not ${before.monthly}: ${differences(before.lines, back.lines)}`,
    Math.abs(back.monthly - before.monthly) < 0.01,
  )
  const [was, is] = [before.monthly.toFixed(2), after.monthly.toFixed(2)]
  console.log(
    `${name.padEnd(18)} $${was} → $${is}  ${String(seconds).padStart(4)} s${failures.length > failed ? '  !' : ''}`,
  )
  for (const failure of failures.slice(failed)) console.log(`    ${failure}`)
}

async function tryIn({
  name,
  values,
  usage,
  through = [],
  levers,
  mayGo,
}: Situation): Promise<readonly string[]> {
  console.log(`\n${name}`)
  await place.deploy(values, mayGo)
  saidOfUse = []
  await putQuietDays(account)
  for (const id of through) await mustEnd('--apply', id)
  // How many tasks ran is what some levers change.
  const { runningTasks: _, ...measured } = (await look()).measured
  writeFileSync(said, JSON.stringify({ ...measured, ...usage }))
  saidOfUse = ['--usage', said]
  const { ids, together, refused } = await look()
  console.log(`offered: ${ids.join(', ')}`)
  const tried = (levers ?? ids).filter((id) => only.length === 0 || only.includes(id))
  for (const id of tried) holds(`${name}: ${id} is not offered: ${refused[id]}`, ids.includes(id))
  for (const id of tried.filter((each) => ids.includes(each))) await tryOut([id])
  if (only.length === 0 && !levers) {
    console.log(`together: ${together.join(', ')}`)
    await tryOut(together)
  }
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
  rmSync(notes, { recursive: true })
  await place.close()
}
for (const failure of failures) console.log(`✖ ${failure}`)
console.log(failures.length === 0 ? 'every lever holds' : `${failures.length} do not hold`)
process.exitCode = failures.length === 0 ? 0 : 1
