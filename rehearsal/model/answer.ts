import { type Document, documentsIn, splitPrompt, wordsForNothing } from './prompt.ts'
import { sentences, stems } from './words.ts'

export interface Message {
  role: string
  text: string
}

/**
 * Answers from what the prompt holds and from nothing else, as a well-behaved model would: the sentences of
 * the supplied documents that share the question's rarest words, or what was said earlier in the conversation.
 */
export function answer(messages: Message[]): string {
  const asked = messages.findLastIndex((message) => message.role === 'user')
  const { question, context } = splitPrompt(messages[asked]?.text ?? '')
  const instructions = messages.filter((message) => message.role === 'system' || message.role === 'developer')
  const documents = [...instructions.map((message) => message.text), context].flatMap(documentsIn)
  const earlier = messages.slice(0, Math.max(0, asked)).filter((message) => message.role === 'user')
  return (
    courtesy(question) ??
    recalled(question, earlier) ??
    said(question, earlier) ??
    found(question, documents) ??
    followed(question, earlier, documents) ??
    noted(question) ??
    wordsForNothing(instructions.map((message) => message.text))
  )
}

function courtesy(question: string): string | undefined {
  const words = question.toLowerCase().match(/[a-z']+/g) ?? []
  if (words.length > 4) return undefined
  if (/^(hi|hello|hey|good (morning|afternoon|evening|day))\b/i.test(question))
    return 'Hello, how can I help you?'
  if (/^(thanks|thank you|bye|goodbye)\b/i.test(question)) return 'You are welcome!'
  return undefined
}

/** "What did I ask first?" is about the conversation itself. */
function recalled(question: string, earlier: Message[]): string | undefined {
  const about = /\b(previous|last|first|earlier)\s+(question|message)|\bdid i (just |first )?(ask|say|tell)/i
  if (!about.test(question) || earlier.length === 0) return undefined
  const message = /\bfirst\b/i.test(question) ? earlier[0] : earlier.at(-1)
  return `You asked: "${splitPrompt(message?.text ?? '').question.trim()}"`
}

const ofOneself = /\b(my|i|i'm|me|mine)\b/i

/** What the customer told of themselves: "My order is 4711." answers "What is my order?" */
function said(question: string, earlier: Message[]): string | undefined {
  if (!ofOneself.test(question)) return undefined
  const statements = earlier
    .flatMap((message) => sentences(splitPrompt(message.text).question))
    .filter((sentence) => !sentence.endsWith('?') && ofOneself.test(sentence))
  const wanted = new Set(stems(question))
  const best = statements.findLast((sentence) => stems(sentence).some((word) => wanted.has(word)))
  return best && `You told me: "${best}"`
}

/** A statement about oneself that asks for nothing is acknowledged. */
function noted(question: string): string | undefined {
  return ofOneself.test(question) && !question.includes('?') ? 'Thank you for letting me know.' : undefined
}

function found(question: string, documents: Document[]): string | undefined {
  const pool = documents.flatMap((document) => {
    const about = new Set(stems(document.title))
    const within = sentences(document.text)
    return within.map((text) => ({ text, document, words: new Set(stems(text)), about }))
  })
  const wanted = [...new Set(stems(question))]
  if (wanted.length === 0 || pool.length === 0) return undefined
  const weights = new Map(
    wanted.map((word) => {
      const holding = pool.filter(({ words, about }) => words.has(word) || about.has(word)).length
      return [word, holding === 0 ? 0 : Math.log(1 + pool.length / holding)] as const
    }),
  )
  const scored = pool.map(({ text, document, words, about }, at) => {
    const hits = wanted.filter((word) => words.has(word) || about.has(word))
    // What the title says is true of each of its sentences, but does not tell them apart.
    const score = hits.reduce((sum, word) => sum + (weights.get(word) ?? 0) * (words.has(word) ? 1 : 0.5), 0)
    return { text, document, at, score, share: hits.length / wanted.length }
  })
  const best = scored.toSorted((a, b) => b.score - a.score || a.at - b.at)
  const top = best[0]
  // Fewer than half of the question's words in one place is a coincidence, not an answer.
  if (!top || top.share < 0.5) return undefined
  // More of the same document may complete the answer; another document is another matter.
  const chosen = best.filter((it) => it.document === top.document && it.score >= top.score * 0.6).slice(0, 3)
  return chosen
    .toSorted((a, b) => a.at - b.at)
    .map((it) => it.text)
    .join(' ')
}

/** "And is there something faster?" says what it is about only together with the question before it. */
function followed(question: string, earlier: Message[], documents: Document[]): string | undefined {
  const leansOn =
    /^(and|but|so|also|then|or|what about|how about)\b|\b(it|that|this|those|these|there|they|them|one)\b/i
  const before = earlier.at(-1)
  if (!before || !leansOn.test(question)) return undefined
  return found(`${splitPrompt(before.text).question} ${question}`, documents)
}
