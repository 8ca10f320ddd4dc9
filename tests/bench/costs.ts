/**
 * How long the estimate of a plan with 5,000 resources takes, as a ratio to parsing the same plan's JSON, which any
 * reader of a plan has to do: `bun tests/bench/costs.ts`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare } from '../../runbooks/costs/compare.ts'
import type { ResourceJson, TerraformPlanJson } from '../../runbooks/costs/plan.ts'

const count = 5_000
const rounds = 15
const bounds = { ratio: 3, ms: 1_000, mb: 300 }

const text = JSON.stringify(manyTimes(recorded('production'), count))
const ratios: number[] = []
let slowest = 0
for (let round = 0; round < rounds; round++) {
  const [plan, parsing] = timed(() => JSON.parse(text) as TerraformPlanJson)
  const [, estimating] = timed(() => compare(plan))
  ratios.push(estimating / parsing)
  slowest = Math.max(slowest, parsing + estimating)
}
const ratio = ratios.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!
const mb = process.memoryUsage().rss / 2 ** 20
console.log(
  `costs: ${count} resources before and after, ${(text.length / 2 ** 20).toFixed(1)} MB of plan: ` +
    `${ratio.toFixed(2)} × JSON.parse (at most ${bounds.ratio}), slowest with parsing ${slowest.toFixed(0)} ms ` +
    `(at most ${bounds.ms}), ${mb.toFixed(0)} MB (at most ${bounds.mb})`,
)
if (ratio > bounds.ratio || slowest > bounds.ms || mb > bounds.mb) process.exitCode = 1

function recorded(name: string): TerraformPlanJson {
  return JSON.parse(readFileSync(join(import.meta.dir, `../unit/costs/fixtures/${name}.plan`), 'utf8'))
}

/** A plan with the resources again and again, each time under names of their own, and the same standing before it. */
function manyTimes(plan: TerraformPlanJson, least: number): TerraformPlanJson {
  const once = plan.planned_values?.root_module?.resources ?? []
  const resources: ResourceJson[] = []
  for (let copy = 0; resources.length < least; copy++) {
    const named = JSON.stringify(once).replaceAll('tria-aibpo', `tria-${copy}`)
    for (const each of JSON.parse(named) as ResourceJson[]) {
      resources.push({ ...each, address: each.address.replace(`.${each.name}`, `.${each.name}_${copy}`) })
    }
  }
  const values = { root_module: { resources: resources.slice(0, least) } }
  return { ...plan, planned_values: values, prior_state: { format_version: '1.0', values } }
}

function timed<Result>(work: () => Result): [Result, number] {
  const start = performance.now()
  return [work(), performance.now() - start]
}
