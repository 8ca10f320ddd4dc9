import { sentences, stems } from './words.ts'

export interface Message {
  role: string
  text: string
}

const unknown = "I don't have that information in the documents I was given."

/**
 * Answers from what the prompt holds and from nothing else, as a well-behaved model would: the sentences of
 * the supplied documents that share the question's rarest words, or what was said earlier in the conversation.
 */
export function answer(messages: Message[]): string {
  const asked = messages.findLastIndex((message) => message.role === 'user')
  const { question, context } = split(messages[asked]?.text ?? '')
  const instructions = messages.filter((message) => message.role === 'system' || message.role === 'developer')
  const documents = [...instructions.map((message) => documentsOf(message.text)), context].join('\n')
  const earlier = messages.slice(0, Math.max(0, asked)).filter((message) => message.role === 'user')
  return recalled(question, earlier) ?? said(question, earlier) ?? found(question, documents) ?? unknown
}

/** A user's message may carry the documents too: the question is its last paragraph, or what follows `Question:`. */
function split(text: string): { question: string; context: string } {
  const marked = /^([\s\S]*)\bquestion\s*:\s*([\s\S]+)$/i.exec(text)
  if (marked) return { context: marked[1] ?? '', question: marked[2] ?? '' }
  const paragraphs = text.trim().split(/\n\s*\n/)
  return { question: paragraphs.at(-1) ?? '', context: paragraphs.slice(0, -1).join('\n\n') }
}

/** Instructions are not knowledge: where documents are marked off, only those count. */
function documentsOf(text: string): string {
  const tagged = [
    ...text.matchAll(/<(document|doc|context|source|policy|policies|knowledge)\b[^>]*>([\s\S]*?)<\/\1>/gi),
  ]
  if (tagged.length > 0) return tagged.map((match) => match[2]).join('\n')
  const headed =
    /^[#*\s]*(context|documents?|knowledge|policies|sources|excerpts|passages)\b[^\n]*\n([\s\S]+)$/im.exec(
      text,
    )
  return headed?.[2] ?? text
}

/** "What did I ask first?" is about the conversation itself. */
function recalled(question: string, earlier: Message[]): string | undefined {
  const about = /\b(previous|last|first|earlier)\s+(question|message)|\bdid i (just |first )?(ask|say|tell)/i
  if (!about.test(question) || earlier.length === 0) return undefined
  const message = /\bfirst\b/i.test(question) ? earlier[0] : earlier.at(-1)
  return `You asked: "${split(message?.text ?? '').question.trim()}"`
}

/** What the customer told of themselves: "My order is 4711." answers "What is my order?" */
function said(question: string, earlier: Message[]): string | undefined {
  if (!/\b(my|i|me|mine)\b/i.test(question)) return undefined
  const statements = earlier
    .flatMap((message) => sentences(split(message.text).question))
    .filter((sentence) => !sentence.endsWith('?') && /\b(my|i|i'm)\b/i.test(sentence))
  const wanted = new Set(stems(question))
  const best = statements.findLast((sentence) => stems(sentence).some((word) => wanted.has(word)))
  return best && `You told me: "${best}"`
}

function found(question: string, documents: string): string | undefined {
  const pool = sentences(documents).map((text) => ({ text, words: new Set(stems(text)) }))
  const wanted = [...new Set(stems(question))]
  if (wanted.length === 0 || pool.length === 0) return undefined
  const weight = new Map(
    wanted.map((word) => {
      const holding = pool.filter((sentence) => sentence.words.has(word)).length
      return [word, holding === 0 ? 0 : Math.log(1 + pool.length / holding)] as const
    }),
  )
  const scored = pool.map(({ text, words }, at) => {
    const hits = wanted.filter((word) => words.has(word))
    const score = hits.reduce((sum, word) => sum + (weight.get(word) ?? 0), 0)
    return { text, at, score, share: hits.length / wanted.length }
  })
  const best = scored.toSorted((a, b) => b.score - a.score || a.at - b.at)
  const top = best[0]
  // Fewer than half of the question's words in one place is a coincidence, not an answer.
  if (!top || top.share < 0.5) return undefined
  const chosen = best.slice(0, 3).filter((it) => it.score >= top.score * 0.6)
  return chosen
    .toSorted((a, b) => a.at - b.at)
    .map((it) => it.text)
    .join(' ')
}
