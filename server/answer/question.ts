import { contentStems, tokens } from '../retrieval/words.ts'

/** Words that point back at something said before, or at the customer's own case. */
const pointing = new Set(
  'it its that those these them they this he she his her him then same instead also again'.split(' '),
)
const personal = new Set('i me my mine myself we us our'.split(' '))
/** Tells us something about the customer, or asks what was said: "what is my name?", "what did I ask?". */
const recalling =
  /\b(my name|i am|i['’]m|call me|remember|you said|you told|earlier|previous|before|did i|have i|i (said|told|asked)|(what|which|who|where|when)(['’]?s| is| was| are| were) my)\b/i
const opening = /^(and|or|but|so|then|what about|how about|really|ok|okay|yes|no|sure)\b/i

/** "Also" is said of a second matter as well. */
export const isPointing = (message: string): boolean =>
  tokens(message).some((word) => pointing.has(word) && word !== 'also')

/** Does the message need what was said before to be understood? Wrongly "yes" costs a cache hit, wrongly "no" an answer. */
export function isFollowUp(message: string): boolean {
  const words = tokens(message)
  const content = contentStems(message)
  if (content.length === 0) return true
  if (words.some((word) => pointing.has(word))) return true
  return content.length <= 2 && words.length <= 6 && opening.test(message.trim())
}

/**
 * The same question for everybody, whatever was said before: only such a question may be answered from the cache.
 * One that speaks of the customer ("my name is Ada", "what is my order number") is between us and them.
 */
export function isContextFree(message: string): boolean {
  const words = tokens(message)
  if (message.length > 300 || words.length === 0 || words.length > 40) return false
  if (isFollowUp(message)) return false
  return !recalling.test(message) && !isCase(words)
}

/** "Where is my order 4711": a number makes it somebody's case. */
function isCase(words: string[]): boolean {
  return words.some((word) => personal.has(word)) && words.some((word) => /\d{3,}/.test(word))
}

/** Two ways of typing one question share an answer: case, accents, punctuation and spacing do not matter. */
export const normalise = (message: string): string => tokens(message).join(' ')
