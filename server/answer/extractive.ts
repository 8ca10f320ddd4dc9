import { withoutCards } from '../logging/redact.ts'
import { dontKnowThat, handoff } from './handoff.ts'
import { languageOf } from './language.ts'
import type { LookedUp, Part } from './look-up.ts'
import { notCovered } from './not-covered.ts'
import { recall } from './recall.ts'
import { askBack, smalltalk } from './smalltalk.ts'
import { type Answer, sourceOf, type Turn } from './types.ts'

type Said = Pick<Answer, 'text' | 'sources' | 'handoff'>

/** The answer in the documents' own words: what there is to say without a model, or where one would have nothing to add. */
export function extract(
  { parts }: LookedUp,
  question: string,
  history: Turn[] = [],
  byModel = false,
): Answer {
  const model = 'extractive'
  const told = smalltalk(question) ?? askBack(question)
  if (told) return { ...told, sources: [], model }
  const known = recall(question, history)
  if (known) return { text: known, sources: [], model }
  // A word of another language looks like a misspelt English one: "hola" is not "hold".
  if (languageOf(question)) return { ...notCovered(question, byModel), sources: [], model }
  if (parts.length === 1) return { ...only(parts[0]!, question, byModel), model }
  const answers = parts.map(answerOf)
  const handoffs = answers.flatMap((answer) => answer.handoff ?? [])
  return {
    text: answers.map(({ text }) => text).join('\n\n'),
    sources: answers.flatMap(({ sources }) => sources),
    model,
    ...(handoffs[0]
      ? { handoff: handoffs.find(({ reason }) => reason === 'not_covered') ?? handoffs[0] }
      : {}),
  }
}

/** One question: the best section is the answer, and those that come close are named beside it. */
function only(part: Part, question: string, byModel: boolean): Said {
  if (part.confident === 0) return { ...notCovered(question, byModel), sources: [] }
  return { ...answerOf(part), sources: part.hits.slice(0, Math.min(part.confident, 3)).map(sourceOf) }
}

/** One question of several: its section, and no other; where none answers it is named. */
function answerOf({ question, hits, confident }: Part): Said {
  const best = confident > 0 ? hits[0] : undefined
  if (!best)
    return { text: dontKnowThat(withoutCards(question)), sources: [], handoff: handoff('not_covered') }
  return {
    text: best.section.paragraphs.join('\n\n'),
    sources: [sourceOf(best)],
    ...(best.section.id === 'contact#talk-to-a-person' ? { handoff: handoff('asked_for_a_person') } : {}),
  }
}
