import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Run, Workspace } from '../rehearsal/support'
import { accountIn, putQuietDays } from './levers/measures'

/**
 * Every lever that optimize offers, applied to a real environment in a rehearsal: one by one, each undone again, and then
 * all that go together. None may raise the estimate, fail verification, be offered again, or leave a trace when undone.
 *
 *     bun tests/bench/levers.ts                # an environment of its own: about 25 minutes
 *     bun tests/bench/levers.ts --here spot    # the rehearsal of this shell, and one lever
 */
interface Place {
  env: Record<string, string | undefined>
  values: string
  optimize(...args: string[]): Promise<Run>
}

const words = process.argv.slice(2)
const here = words.includes('--here')
const only = words.filter((word) => !word.startsWith('-'))

async function own(): Promise<{ place: Place; close: () => Promise<void> }> {
  const workspace = await Workspace.make()
  await workspace.up()
  for (const name of ['setup', 'deploy']) {
    const run = await workspace.runbook(name)
    if (run.exitCode !== 0) throw new Error(`${name}: ${run.stdout.slice(-2000)}`)
  }
  return {
    place: {
      env: workspace.env,
      values: join(workspace.dir, 'terraform/aws/environments/staging.tfvars'),
      optimize: (...args) => workspace.runbook('optimize', ...args),
    },
    close: () => workspace.close(),
  }
}

function thisShell(): { place: Place; close: () => Promise<void> } {
  const root = resolve(import.meta.dirname, '../..')
  return {
    place: {
      env: process.env,
      values: join(root, 'terraform/aws/environments/staging.tfvars'),
      async optimize(...args) {
        const child = Bun.spawn([process.execPath, 'runbooks/optimize.ts', '--yes', '--json', ...args], {
          cwd: root,
          stdin: 'ignore',
          stdout: 'pipe',
          stderr: 'pipe',
        })
        const [stdout, stderr, exitCode] = await Promise.all([
          new Response(child.stdout).text(),
          new Response(child.stderr).text(),
          child.exited,
        ])
        const events = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
        return { exitCode, stdout, stderr, events, data: events.at(-1)?.data }
      },
    },
    close: async () => {},
  }
}

const { place, close } = here ? thisShell() : await own()
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

/** Applies, looks again, undoes, and holds what came of it against what was promised. */
async function tryOut(ids: string[]): Promise<void> {
  const name = ids.join(' + ')
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
  // What is stored, and was counted again, has grown a little meanwhile.
  holds(`${name}: ${before.monthly} → ${after.monthly}`, after.monthly <= before.monthly + 0.01)
  for (const id of ids) holds(`${name}: ${id} is offered again`, !after.ids.includes(id))
  const undone = await place.optimize('--undo')
  holds(`${name}: undone (exit ${undone.exitCode}: ${errorOf(undone)})`, undone.exitCode === 0)
  holds(`${name}: its values are as they were`, readFileSync(place.values, 'utf8') === text)
  const back = await look()
  holds(
    `${name}: undone, ${back.monthly} is not ${before.monthly}`,
    Math.abs(back.monthly - before.monthly) < 0.01,
  )
  const [was, is] = [before.monthly.toFixed(2), after.monthly.toFixed(2)]
  console.log(`${name.padEnd(16)} $${was} → $${is}  ${seconds} s${failures.length > 0 ? '  !' : ''}`)
}

try {
  await putQuietDays(accountIn(place.env))
  const { ids, together } = await look()
  console.log(`offered: ${ids.join(', ')}`)
  for (const id of only.length > 0 ? only : ids) await tryOut([id])
  if (only.length === 0) await tryOut(together)
} finally {
  await close()
}
for (const failure of failures) console.log(`✖ ${failure}`)
console.log(failures.length === 0 ? 'every lever holds' : `${failures.length} do not hold`)
process.exitCode = failures.length === 0 ? 0 : 1
