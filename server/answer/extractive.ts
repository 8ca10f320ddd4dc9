import type { Found, Search } from '../retrieval/search.ts'
import { handoff } from './handoff.ts'
import { languageOf } from './language.ts'
import { notCovered } from './not-covered.ts'
import { isFollowUp } from './question.ts'
import { recall } from './recall.ts'
import { askBack, smalltalk } from './smalltalk.ts'
import { type Answer, sourceOf, type Turn } from './types.ts'

/** Looks the question up; one that leans on the conversation is looked up together with what was asked before. */
export function lookUp(search: Search, question: string, history: Turn[]): Found {
  const before = topicOf(history)
  if (!before || !isFollowUp(question)) return search.find(question)
  const together = search.find(question, before)
  return together.confident > 0 ? together : search.find(question)
}

/** The last question that stands on its own, and those that leaned on it: after "Is it free?", "how long?" is still of it. */
function topicOf(history: Turn[]): string {
  const asked = history.filter(({ role }) => role === 'user').map(({ content }) => content)
  const from = asked.findLastIndex((question) => !isFollowUp(question))
  return asked.slice(from).join(' ')
}

/** The answer in the documents' own words: what there is to say without a model, or where one would have nothing to add. */
export function extract(found: Found, question: string, history: Turn[] = [], byModel = false): Answer {
  const told = smalltalk(question) ?? askBack(question)
  if (told) return { ...told, sources: [], model: 'extractive' }
  const known = recall(question, history)
  if (known) return { text: known, sources: [], model: 'extractive' }
  const best = found.confident > 0 ? found.hits[0] : undefined
  // A word of another language looks like a misspelt English one: "hola" is not "hold".
  if (!best || languageOf(question))
    return { ...notCovered(question, byModel), sources: [], model: 'extractive' }
  return {
    text: best.section.paragraphs.join('\n\n'),
    sources: found.hits.slice(0, Math.min(found.confident, 3)).map(sourceOf),
    model: 'extractive',
    ...(best.section.id === 'contact#talk-to-a-person' ? { handoff: handoff('asked_for_a_person') } : {}),
  }
}
