import { lookUp } from '../answer/look-up.ts'
import type { Search } from '../retrieval/search.ts'
import type { Judged } from './judge.ts'

/** How customers put two questions into one message. */
const joins = [' and ', '? Also, ', ', and ', '? ', ' and also ']

const oneMatter = new Set(['plain', 'paraphrase', 'typo'])

export interface PairFigures {
  cases: number
  /** Of two questions that are answered each alone, and by different documents: both are. */
  both: number
  /** Of one that is answered and one that no document answers: the one is, and the other is handed off by name. */
  honest: number
  /** Of questions that ask one thing: more than one section answers, or a part of it is handed off. */
  again: number
}

/** Messages made of two cases that are judged right alone: what is judged is only that they are two. */
export function pairFigures(search: Search, judged: Judged[]): PairFigures {
  const right = judged.filter((one) => one.hitAt1 && oneMatter.has(one.case.kind) && isQuestion(one))
  const others = judged.filter(
    (one) => one.case.kind === 'out-of-scope' && !one.falseAnswer && isQuestion(one),
  )
  const pairs = right.flatMap((one, at) => {
    const other = right[(at + 7) % right.length]!
    return documentOf(one) === documentOf(other) ? [] : [{ one, other, join: joins[at % joins.length]! }]
  })
  const mixed = others.map((other, at) => ({
    one: right[at % right.length]!,
    other,
    join: joins[at % joins.length]!,
  }))
  const partsOf = (text: string) => lookUp(search, text, []).parts
  const message = ({ one, other, join }: (typeof pairs)[number]) =>
    `${one.case.question.replace(/\W+$/, '')}${join}${lower(other.case.question)}`
  const answers = (one: Judged, text: string) =>
    answered(partsOf(text)).some((id) => one.case.sections.includes(id))
  const single = judged.filter((one) => oneMatter.has(one.case.kind))
  return {
    cases: pairs.length + mixed.length,
    both: share(pairs, (pair) => answers(pair.one, message(pair)) && answers(pair.other, message(pair))),
    honest: share(
      mixed,
      (pair) =>
        answers(pair.one, message(pair)) && partsOf(message(pair)).some(({ confident }) => confident === 0),
    ),
    again: share(single, (one) => partsOf(one.case.question).length > 1),
  }
}

const isQuestion = ({ case: { question } }: Judged) => question.endsWith('?')
const documentOf = ({ case: one }: Judged) => one.sections[0]!.replace(/#.*/, '')
const lower = (text: string) =>
  /^(I|[A-Z]{2})\b/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)
const answered = (parts: ReturnType<typeof lookUp>['parts']) =>
  parts.flatMap(({ hits: [best], confident }) => (confident > 0 ? best!.section.id : []))
const share = <T>(all: T[], is: (one: T) => boolean) => all.filter(is).length / all.length
