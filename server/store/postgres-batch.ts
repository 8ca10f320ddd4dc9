import type { Message } from './store.ts'

/** What messages of a batch may have in common: the role, the text, and of an answer where it came from. */
type Text = [
  role: string,
  content: string,
  model: string | undefined,
  handoff: string | undefined,
  sources: string[] | undefined,
]

/**
 * The two parameters of the insert, as JSON: the messages as lists, each with the number of its text, and the texts.
 * Lists, because an object a row costs the server more processor time than all the rest of a cached answer's writing.
 */
export function batchOf(messages: Message[]): [string, string] {
  const texts: Text[] = []
  const numbers = new Map<string, number>()
  const rows = messages.map((message) => {
    const { id, session, createdAt, requestId, fromCache } = message
    return [id, session, numberOf(message, texts, numbers), createdAt, requestId, fromCache]
  })
  return [JSON.stringify(rows), JSON.stringify(texts)]
}

function numberOf(message: Message, texts: Text[], numbers: Map<string, number>): number {
  const { role, content, model, handoff, sources } = message
  const number = numbers.get(content)
  const known = number === undefined ? undefined : texts[number - 1]
  const same = known?.[0] === role && known[2] === model && known[3] === handoff && areSame(known[4], sources)
  if (number !== undefined && same) return number
  texts.push([role, content, model, handoff, sources])
  numbers.set(content, texts.length)
  return texts.length
}

const areSame = (one: string[] | undefined, other: string[] | undefined) =>
  one === other || (one?.length === other?.length && one!.every((source, index) => source === other![index]))
