import { describe, expect, test } from 'bun:test'
import { AnswerCache } from '../../../server/answer/cache.ts'
import { Conversations } from '../../../server/answer/conversation.ts'
import type { Answer } from '../../../server/answer/types.ts'
import { MemoryShared } from '../../../server/shared/memory.ts'
import type { Message, Store } from '../../../server/store/store.ts'
import { Writer } from '../../../server/store/writer.ts'
import { until } from './support/ports.ts'

const answerOf = (text: string): Answer => ({ text, sources: [], model: 'm' })

/** Two replicas with one store and one memory in common, as Postgres and Redis are. */
function replicas() {
  const shared = new MemoryShared()
  const rows: Message[] = []
  const store = {
    kind: 'embedded',
    write: async (messages: Message[]) => void rows.push(...messages),
    recent: async (session: string, limit: number) =>
      rows.filter((row) => row.session === session).slice(-limit),
  } as unknown as Store
  const replica = () => {
    const writer = new Writer({ store, everyMs: 1, onChange: () => undefined, onDropped: () => undefined })
    const cache = new AnswerCache(shared, () => ({ knowledge: 'k', model: 'm' }), 60_000)
    return { cache, writer, conversations: new Conversations(store, writer, shared, cache) }
  }
  return { shared, rows, one: replica(), two: replica() }
}

describe('what was answered from the cache', () => {
  const question = 'What is your refund policy?'
  async function asked() {
    const all = replicas()
    const key = all.one.cache.key(question)!
    await all.one.cache.set(key, answerOf('Thirty days.'))
    const cached = await all.one.cache.find(key)
    const exchange = { session: 's', requestId: 'r', question, answer: cached!.answer, cached }
    await all.one.conversations.record({ ...exchange, askedAt: new Date().toISOString() })
    await until('the messages to be in', () => all.rows.length === 2)
    return { ...all, key }
  }
  const said = [
    { role: 'user', content: question },
    { role: 'assistant', content: 'Thirty days.' },
  ] as const

  test('is in the history of every replica, and its text is shared once', async () => {
    const { one, two, shared } = await asked()
    expect(await two.conversations.history('s')).toEqual([...said])
    expect(await one.conversations.history('s')).toEqual([...said])
    expect((await shared.list('exchanges:s')).join()).not.toContain('Thirty')
  })

  test('stays what was said when another answer has taken its place in the cache', async () => {
    const { one, two, key } = await asked()
    await one.cache.set(key, answerOf('Sixty days.'))
    expect((await two.cache.get(key))?.text).toBe('Sixty days.')
    expect(await two.conversations.history('s')).toEqual([...said])
  })

  test('stays what was said when the cache was purged', async () => {
    const { one, two } = await asked()
    await one.cache.purge()
    expect(await two.conversations.history('s')).toEqual([...said])
  })

  test('is in the store with its whole text', async () => {
    const { rows } = await asked()
    expect(rows.map(({ role, content, fromCache }) => [role, content, fromCache])).toEqual([
      ['user', question, undefined],
      ['assistant', 'Thirty days.', true],
    ])
  })
})

test('a new answer and a cached one of a session keep their order', async () => {
  const { one, two } = replicas()
  const key = one.cache.key('When are you open?')!
  await one.cache.set(key, answerOf('At eight.'))
  const cached = await one.cache.find(key)
  const common = { session: 's', requestId: 'r', askedAt: new Date().toISOString() }
  void one.conversations.record({
    ...common,
    question: 'When are you open?',
    answer: cached!.answer,
    cached,
  })
  await one.conversations.record({
    ...common,
    question: 'And on Sunday?',
    answer: answerOf('Closed.'),
    cached: undefined,
  })
  const history = await two.conversations.history('s')
  expect(history.map(({ content }) => content)).toEqual([
    'When are you open?',
    'At eight.',
    'And on Sunday?',
    'Closed.',
  ])
})
