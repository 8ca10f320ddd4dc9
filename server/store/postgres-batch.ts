import type { Message } from './store.ts'

/**
 * Messages as the two JSON texts that the insert takes. What was said, with all that is the same whenever it is said, goes
 * once: a popular answer is most of what many messages have. The rows are put together by hand, at a third of what it
 * costs to make objects of them first.
 */
export function batchOf(messages: Message[]): { rows: string; said: string } {
  const said: Message[] = []
  const numbers = new Map<string, number>()
  let rows = ''
  for (const message of messages) {
    let number = numbers.get(message.content)
    if (number === undefined || !isAlike(said[number]!, message)) {
      number = said.push(message) - 1
      numbers.set(message.content, number)
    }
    rows += `${rows === '' ? '[' : ','}{"id":"${message.id}","session_id":${quoted(message.session)},"created_at":"${message.createdAt}","request_id":${quoted(message.requestId)},"said":${number}}`
  }
  return { rows: `${rows}]`, said: JSON.stringify(said.map(saidRow)) }
}

const isAlike = (one: Message, other: Message) =>
  one.role === other.role &&
  one.model === other.model &&
  one.fromCache === other.fromCache &&
  one.handoff === other.handoff &&
  one.sources === other.sources

const saidRow = ({ role, content, model, fromCache, handoff, sources }: Message, number: number) => ({
  number,
  role,
  content,
  model,
  from_cache: fromCache,
  handoff,
  sources,
})

/** Ids are of characters that JSON has as they are, all but always. */
const quoted = (id: string) => (/^[\w.:=;-]*$/.test(id) ? `"${id}"` : JSON.stringify(id))
