import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare } from '../../runbooks/costs/index.ts'
import type { ResourceJson, TerraformPlanJson } from '../../runbooks/costs/plan.ts'

/** What the estimate of a large plan may take at most. */
export const bounds = { ratio: 5, ms: 1_000, mb: 300 }

/**
 * How long comparing a plan of 5,000 resources before and after takes, as a ratio (the median of the rounds) to
 * parsing the same plan's JSON, which any reader of a plan has to do; and the slowest round, parsing included.
 */
export function benchmark(rounds: number): { ratio: number; ms: number; mb: number; planMb: number } {
  const text = JSON.stringify(manyTimes(recorded('production'), 5_000))
  const ratios: number[] = []
  let slowest = 0
  for (let round = 0; round < rounds; round++) {
    const [plan, parsing] = timed(() => JSON.parse(text) as TerraformPlanJson)
    const [, estimating] = timed(() => compare(plan))
    ratios.push(estimating / parsing)
    slowest = Math.max(slowest, parsing + estimating)
  }
  return {
    ratio: ratios.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!,
    ms: slowest,
    mb: process.memoryUsage().rss / 2 ** 20,
    planMb: text.length / 2 ** 20,
  }
}

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
  const result = work()
  return [result, performance.now() - start]
}

if (import.meta.main) {
  const { ratio, ms, mb, planMb } = benchmark(15)
  console.log(
    `costs: 5,000 resources before and after, ${planMb.toFixed(1)} MB of plan: ` +
      `${ratio.toFixed(2)} × JSON.parse (at most ${bounds.ratio}), slowest with parsing ${ms.toFixed(0)} ms ` +
      `(at most ${bounds.ms}), ${mb.toFixed(0)} MB (at most ${bounds.mb})`,
  )
  if (ratio > bounds.ratio || ms > bounds.ms || mb > bounds.mb) process.exitCode = 1
}
