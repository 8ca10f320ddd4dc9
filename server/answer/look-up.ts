import type { Section } from '../retrieval/documents.ts'
import { halvesOf, questionsIn } from '../retrieval/questions.ts'
import { companion, type Found, type Hit, type Search } from '../retrieval/search.ts'
import { contentStems, tokens } from '../retrieval/words.ts'
import { isFollowUp, isPointing } from './question.ts'
import type { Turn } from './types.ts'

/** One of the questions of a message, and what was found for it. */
export interface Part extends Found {
  question: string
}

/** What was found for a message: for all that it asks together, and for each question on its own. */
export interface LookedUp extends Found {
  parts: Part[]
}

/**
 * Looks a message up, each of its questions on its own; one that leans on what was said before is looked up together with
 * that.
 */
export function lookUp(search: Search, message: string, history: Turn[]): LookedUp {
  const before = topicOf(history)
  const whole = find(search, message, before)
  const questions = questionsIn(message)
  const parts =
    questions.length > 1
      ? mattersOf(whole, partsOf(search, questions, before))
      : before && isFollowUp(message)
        ? []
        : halves(search, message, whole)
  return parts.length > 1 ? { ...together(parts), parts } : { ...whole, parts: [whole] }
}

/** Each question of a message, which may lean on those before it. */
function partsOf(search: Search, questions: string[], before: string): Part[] {
  return questions.map((question, at) =>
    at === 0
      ? find(search, question, before)
      : afterOthers(search, question, questions.slice(0, at).join(' ')),
  )
}

/**
 * Of the questions of a message those that are matters of their own, and not the occasion of another. "I need a present, do
 * you have vouchers?" is one: the rest of it makes surer of its section, where another matter makes less sure.
 */
function mattersOf(whole: Found, parts: Part[]): Part[] {
  const sure = surenessOf(whole)
  const isDiluted = parts.some(
    (part) => surenessOf(part) > sure && (!bestOf(whole) || bestOf(part) === bestOf(whole)),
  )
  const covered = parts.filter(
    (part) =>
      part.confident > 0 &&
      (isDiluted || bestOf(part) === bestOf(whole) || surenessOf(part) > sure - companion),
  )
  const isOwn = (part: Part) =>
    covered.includes(part)
      ? covered.find((other) => bestOf(other) === bestOf(part)) === part
      : part.confident === 0 && isDiluted && !leans(part.question)
  return covered.length > 0 ? parts.filter(isOwn) : []
}

/** "Shipping costs and payment methods": two matters, where each half is surer of its section than all of it is of any. */
function halves(search: Search, message: string, whole: Found): Part[] {
  const isSurer = (half: Part) => surenessOf(half) > surenessOf(whole)
  const pairs = whole.confident > 0 ? halvesOf(message).filter((pair) => !pair.some(isPointing)) : []
  return (
    pairs
      .map((pair) => pair.map((half) => find(search, half, '')))
      .find((pair) => pair.every(isSurer) && bestOf(pair[0]!) !== bestOf(pair[1]!)) ?? []
  )
}

const bestOf = ({ hits, confident }: Found): Section | undefined =>
  confident > 0 ? hits[0]!.section : undefined

const surenessOf = ({ hits, confident }: Found): number =>
  confident > 0 ? hits[0]!.score : Number.NEGATIVE_INFINITY

/** "When?" has no answer but that of what it leans on. */
const afterOthers = (search: Search, question: string, others: string): Part => ({
  question,
  ...search.find(question, leans(question) || isFollowUp(question) ? others : ''),
})

function find(search: Search, question: string, before: string): Part {
  const both = before && isFollowUp(question) ? search.find(question, before) : undefined
  return { question, ...(both && both.confident > 0 ? both : search.find(question)) }
}

/** "Who pays?" and "is that possible?" are no questions of their own beside another one. */
function leans(question: string): boolean {
  const content = contentStems(question).length
  return content === 0 || (content === 1 && (isPointing(question) || tokens(question).length <= 2))
}

/** First what answers, the best of each question before the second best of any. */
function together(parts: Part[]): Found {
  const ranked = (hitsOf: (part: Part) => Hit[]) => {
    const each = parts.map(hitsOf)
    return Array.from({ length: Math.max(...each.map(({ length }) => length)) }, (_, rank) =>
      each.flatMap((hits) => hits[rank] ?? []),
    ).flat()
  }
  const sure = unique(ranked(({ hits, confident }) => hits.slice(0, confident)))
  return { hits: unique([...sure, ...ranked(({ hits }) => hits)]), confident: sure.length }
}

const unique = (hits: Hit[]): Hit[] =>
  hits.filter((hit, at) => hits.findIndex(({ section }) => section === hit.section) === at)

/** The last question that stands on its own, and those that leaned on it: after "Is it free?", "how long?" is still of it. */
function topicOf(history: Turn[]): string {
  const asked = history.filter(({ role }) => role === 'user').map(({ content }) => content)
  const from = asked.findLastIndex((question) => !isFollowUp(question))
  return asked.slice(from).join(' ')
}
