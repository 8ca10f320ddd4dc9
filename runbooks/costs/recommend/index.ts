import { configured, type Variables } from '../configure/index.ts'
import { type Estimate, estimateOf } from '../estimate.ts'
import { settingsOf } from '../settings.ts'
import type { Situation } from '../situation.ts'
import { arm, spot } from './capacity.ts'
import { commitment } from './commitment.ts'
import { taskCount } from './counts.ts'
import { model } from './model.ts'
import { network } from './network.ts'
import { operations } from './operations.ts'
import {
  type Advice,
  isProposal,
  isRefusal,
  type Look,
  ofTasks,
  type Proposal,
  type Refusal,
  type Rule,
} from './rule.ts'
import { schedule } from './schedule.ts'
import { taskSize } from './size.ts'
import { cache, database } from './stores.ts'
import { unused } from './unused.ts'
import type { Use } from './use.ts'

const rules: readonly Rule[] = [
  ...[network, spot, arm, taskSize, taskCount, schedule].map(ofTasks),
  database,
  cache,
  operations,
  model,
  unused,
  commitment,
]

/** A proposal with what pricing the resulting configuration came to. */
export interface Recommendation extends Proposal {
  /** USD a month that this change alone saves. */
  saving: number
  /** What everything costs a month with this change alone. */
  monthly: number
}

export interface Recommendations {
  baseline: Estimate
  /** What saves most first. */
  recommendations: Recommendation[]
  refused: Refusal[]
  advice: Advice[]
}

/** Less than that is rounding. */
const cent = 0.01

export interface Context {
  use?: Use
  production: boolean
  timeZone?: string
  privateTasks?: boolean
}

/** Everything that would make this environment cheaper, each priced by itself. */
export function recommend(situation: Situation, context: Context): Recommendations {
  const { use, production, timeZone = 'UTC', privateTasks = false } = context
  const settings = settingsOf(situation.resources)
  const look: Look = { situation, settings, use, production, timeZone, privateTasks }
  const baseline = estimateOf(situation)
  const findings = rules.flatMap((rule) => rule(look))
  const refused = findings.filter(isRefusal)
  const recommendations: Recommendation[] = []
  for (const proposal of findings.filter(isProposal)) {
    const { id, title } = proposal
    const after = estimateOf(applied(situation, [proposal]))
    const saving = baseline.monthly - after.monthly
    if (unpriced(baseline, after)) {
      refused.push({ id, title, refused: `what it leads to has no price in ${situation.region}` })
    } else if (saving < cent) {
      refused.push({ id, title, refused: 'it would save nothing here' })
    } else recommendations.push({ ...proposal, saving, monthly: after.monthly })
  }
  return {
    baseline,
    recommendations: recommendations.sort((a, b) => b.saving - a.saving),
    refused,
    advice: findings.filter((each): each is Advice => 'advice' in each),
  }
}

/** The situation with several proposals made, in their order. */
export function applied(situation: Situation, proposals: readonly Proposal[]): Situation {
  return proposals.reduce((so, { change, uses }) => {
    const next = configured(so, change)
    return uses ? { ...next, usage: uses(next.usage) } : next
  }, situation)
}

/** A saving that is only a price which nobody knows is none. */
const unpriced = (before: Estimate, after: Estimate) => after.notPriced.length > before.notPriced.length

/** The variables of all of them. */
export const variablesOf = (proposals: readonly Proposal[]): Variables =>
  Object.assign({}, ...proposals.map(({ change }) => change))

/** Two that set one variable to different values cannot both be had. */
export function conflict(one: Proposal, other: Proposal): string | undefined {
  return Object.keys(one.change).find(
    (name) => name in other.change && one.change[name] !== other.change[name],
  )
}

export interface Combined {
  ids: string[]
  /** Left out as it goes together with none of the better ones, or saves nothing beside them. */
  without: string[]
  estimate: Estimate
}

/**
 * All that go together, the best first: each has to lower the price once more, beside those before it. What is of high
 * risk is nobody's to choose unasked.
 */
export function together(situation: Situation, recommendations: readonly Recommendation[]): Combined {
  const chosen: Recommendation[] = []
  let estimate = estimateOf(situation)
  for (const each of recommendations) {
    if (each.risk === 'high' || chosen.some((other) => conflict(each, other) !== undefined)) continue
    const next = estimateOf(applied(situation, [...chosen, each]))
    if (estimate.monthly - next.monthly < cent) continue
    chosen.push(each)
    estimate = next
  }
  const ids = chosen.map(({ id }) => id)
  return { ids, without: recommendations.map(({ id }) => id).filter((id) => !ids.includes(id)), estimate }
}
