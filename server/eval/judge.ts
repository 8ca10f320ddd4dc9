import { lookUp } from '../answer/look-up.ts'
import type { Search } from '../retrieval/search.ts'
import type { Case } from './cases.ts'

export interface Judged {
  case: Case
  /** The sections that the answer is made of, one for each question of the message; none when it was handed off. */
  answered: string[]
  /** One of the sections that the answer is made of: a message that asks two things is answered from two. */
  hitAt1: boolean
  hitAt3: boolean
  /** Answered although it should have been handed off. */
  falseAnswer: boolean
}

export interface Figures {
  cases: number
  hitAt1: number
  hitAt3: number
  falseAnswers: number
}

/** What the documents alone answer: no model, no conversation. */
export function judge(search: Search, one: Case): Judged {
  const { hits, confident, parts } = lookUp(search, one.question, [])
  const ids = hits.slice(0, confident).map(({ section }) => section.id)
  const answered = parts.flatMap(({ hits: [best], confident: sure }) => (sure > 0 ? best!.section.id : []))
  const covered = one.sections.length > 0
  return {
    case: one,
    answered,
    hitAt1: covered && answered.some((id) => one.sections.includes(id)),
    hitAt3: covered && ids.slice(0, 3).some((id) => one.sections.includes(id)),
    falseAnswer: !covered && ids.length > 0,
  }
}

/** What a set of cases has reached, by name of the figure: `falseAnswers` is a most, the others are leasts. */
export type Reached = Pick<Figures, 'hitAt1' | 'hitAt3' | 'falseAnswers'>

/** The figures that are worse than what was reached. */
export function worse(now: Reached, reached: Reached): string[] {
  const short = (['hitAt1', 'hitAt3'] as const).filter((name) => !(now[name] >= reached[name]))
  return [...short, ...(now.falseAnswers <= reached.falseAnswers ? [] : ['falseAnswers'])]
}

/** Rates over the covered questions, and false answers over the others. */
export function figures(judged: Judged[]): Figures {
  const covered = judged.filter((one) => one.case.sections.length > 0)
  const others = judged.filter((one) => one.case.sections.length === 0)
  const share = (all: Judged[], is: (one: Judged) => boolean) =>
    all.length === 0 ? Number.NaN : all.filter(is).length / all.length
  return {
    cases: judged.length,
    hitAt1: share(covered, (one) => one.hitAt1),
    hitAt3: share(covered, (one) => one.hitAt3),
    falseAnswers: share(others, (one) => one.falseAnswer),
  }
}
