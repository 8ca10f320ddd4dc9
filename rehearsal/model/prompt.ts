/** What a prompt is made of: documents, a question, and orders for when the documents do not help. */

export interface Document {
  title: string
  text: string
}

/** A user's message may carry the documents too: the question is its last paragraph, or what follows `Question:`. */
export function splitPrompt(text: string): { question: string; context: string } {
  const marked = /^([\s\S]*)\bquestion\s*:\s*([\s\S]+)$/i.exec(text)
  if (marked) return { context: marked[1] ?? '', question: marked[2] ?? '' }
  const paragraphs = text.trim().split(/\n\s*\n/)
  return { question: paragraphs.at(-1) ?? '', context: paragraphs.slice(0, -1).join('\n\n') }
}

/** Instructions are not knowledge: where documents are marked off, only those count. */
export function documentsIn(text: string): Document[] {
  const tagged = text.matchAll(/<(document|doc|context|source|policy|knowledge)\b([^>]*)>([\s\S]*?)<\/\1>/gi)
  const documents = [...tagged].map(([, , attributes = '', inside = '']) => ({
    title: /\btitle="([^"]*)"/.exec(attributes)?.[1] ?? '',
    text: inside,
  }))
  if (documents.length > 0) return documents
  const heading =
    /^[#*\s]*(context|documents?|knowledge|policies|sources|excerpts|passages)\b[^\n]*\n([\s\S]+)$/im
  return [{ title: '', text: heading.exec(text)?.[2] ?? text }]
}

/** The prompt may say what to reply with when there is no answer in it: "reply with exactly [HANDOFF]". */
export function wordsForNothing(instructions: string[]): string {
  const order =
    /\b(?:reply|respond|answer|say|return)\b(?:\s+with)?\s+(?:exactly|only|just)?:?\s*(?:"([^"\n]+)"|'([^'\n]+)'|(\[[^\]\n]+\]))/i
  for (const text of instructions) {
    const [, double, single, bracketed] = order.exec(text) ?? []
    const words = double ?? single ?? bracketed
    if (words) return words
  }
  return "I don't have that information in the documents I was given."
}
