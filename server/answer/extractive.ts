import type { Found, Search } from '../retrieval/search.ts'
import { dontKnow, handoff } from './handoff.ts'
import { isFollowUp } from './question.ts'
import { recall } from './recall.ts'
import { smalltalk } from './smalltalk.ts'
import { type Answer, sourceOf, type Turn } from './types.ts'

/** Looks the question up; one that leans on the conversation is looked up together with what was asked before. */
export function lookUp(search: Search, question: string, history: Turn[]): Found {
  const before = history.findLast((turn) => turn.role === 'user')?.content
  if (!before || !isFollowUp(question)) return search.find(question)
  const together = search.find(question, before)
  return together.confident > 0 ? together : search.find(question)
}

/** The answer in the documents' own words: what there is to say without a model. */
export function extract(found: Found, question: string, history: Turn[] = []): Answer {
  const known = smalltalk(question) ?? recall(question, history)
  if (known) return { text: known, sources: [], model: 'extractive' }
  const best = found.confident > 0 ? found.hits[0] : undefined
  if (!best) return { text: dontKnow, sources: [], model: 'extractive', handoff: handoff('not_covered') }
  return {
    text: best.section.paragraphs.join('\n\n'),
    sources: found.hits.slice(0, Math.min(found.confident, 3)).map(sourceOf),
    model: 'extractive',
    ...(best.section.id === 'contact#talk-to-a-person' ? { handoff: handoff('asked_for_a_person') } : {}),
  }
}
