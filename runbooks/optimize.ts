import { awsOf } from './aws/clients'
import { stackOf } from './aws/stack'
import { runbook } from './core'
import { freeTiers } from './costs/allowance'
import { tellActual } from './optimization/actual'
import { apply } from './optimization/apply'
import { judgeBudget } from './optimization/budget'
import { optimized, resultOf } from './optimization/data'
import { checkFiles, checkTimeZone, idsOf } from './optimization/flags'
import { refreshPrices } from './optimization/prices'
import { fromEnvironment, fromPlan } from './optimization/source'
import { tell } from './optimization/tell'
import { undo } from './optimization/undo'
import { usageFrom } from './optimization/usage'
import { write } from './optimization/write'

export const optimize = runbook({
  name: 'optimize',
  summary: 'Say what an environment costs, and what would make it cheaper',
  guide: ['Cost Estimate', '9.1', '9.2', '9.3', '9.4', '9.5'],
  description:
    'Prices what stands, by what it was seen to use, and the configuration that each change would lead to; changes themselves only with --apply.',
  options: {
    plan: {
      type: 'string',
      value: 'FILE',
      help: 'Price a plan instead, or a state: what `terraform show -json` printed, of PLANFILE or of what stands',
    },
    usage: {
      type: 'string',
      value: 'NAME|FILE',
      help: 'Use where none was measured: small (default), medium, large, or a JSON file of quantities',
    },
    days: { type: 'integer', value: 'N', default: 14, min: 1, max: 60, help: 'How far back to measure' },
    'time-zone': {
      type: 'string',
      value: 'NAME',
      default: 'UTC',
      help: 'Whose night a schedule goes by, as Europe/Berlin',
      check: checkTimeZone,
    },
    'free-tier': {
      type: 'string',
      value: 'KIND',
      choices: Object.keys(freeTiers) as (keyof typeof freeTiers)[],
      help: 'Take off what AWS gives an account: always, or first-year where it was opened before July 2025',
    },
    apply: {
      type: 'string',
      value: 'ID',
      repeatable: true,
      help: 'Make a recommended change: write it, plan, ask, apply, verify. Several may be named, one after the other',
    },
    undo: { type: 'boolean', help: 'Take back what the latest --apply changed' },
    actual: {
      type: 'boolean',
      help: 'Also show what AWS billed, next to the estimate; Cost Explorer takes a cent for the question',
    },
    'refresh-prices': {
      type: 'boolean',
      help: "Read the region's prices from AWS's Price List into runbooks/costs/prices, and say what changed",
    },
    budget: { type: 'integer', value: 'USD', min: 0, help: 'Exit 3 when a month costs more' },
    markdown: { type: 'string', value: 'FILE', help: 'Also write the estimate for a pull request' },
    report: { type: 'string', value: 'FILE', help: 'Also write a page with a chart, before and after' },
  },
  arguments: {
    more: { help: 'Further IDs for --apply', repeatable: true },
  },
  examples: [
    'bun runbooks/optimize.ts',
    'bun runbooks/optimize.ts --usage medium --report costs.html',
    'bun runbooks/optimize.ts --apply nat-single spot',
    'bun runbooks/optimize.ts --undo',
    'bun runbooks/optimize.ts --plan plan.json --budget 150 --markdown costs.md',
  ],
  changes: 'environment',
  lock: 'later',

  async run(book, options) {
    const stack = stackOf(book.environment)
    const ids = idsOf(options)
    checkFiles(options)
    if (options.refreshPrices) return refreshPrices(book, awsOf(book))
    const { freeTier, days } = options
    const known = { ...(await usageFrom(options.usage)), ...(freeTier && { freeTier }) }
    // A plan is priced where nobody is signed in, as in the pipeline of a pull request.
    const source = options.plan
      ? await fromPlan(options.plan, known, book)
      : await fromEnvironment(book, awsOf(book), stack, { ...known, days })
    if (options.undo) return undo(book, awsOf(book), stack, source.situation)
    const found = optimized(source, new Date(), options.timeZone)
    if (ids.length > 0) return apply(book, awsOf(book), stack, found, ids)
    tell(book, found)
    const actual = options.actual ? await tellActual(book, awsOf(book), found.baseline) : undefined
    await write(book, found, options)
    judgeBudget(book, found, options.budget)
    return { ...resultOf(found), ...(actual && { actual }) }
  },
})

if (import.meta.main) await optimize.main()
