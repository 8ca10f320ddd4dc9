import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { extract } from '../../../server/answer/extractive.ts'
import { people } from '../../../server/answer/handoff.ts'
import { lookUp } from '../../../server/answer/look-up.ts'
import type { Turn } from '../../../server/answer/types.ts'
import { loadKnowledge } from '../../../server/retrieval/documents.ts'
import { questionsIn } from '../../../server/retrieval/questions.ts'
import { createSearch } from '../../../server/retrieval/search.ts'
import { sweep } from './support/leftovers.ts'
import { completion, startModel } from './support/model.ts'
import { patience } from './support/ports.ts'
import { root, startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

const search = createSearch(await loadKnowledge(join(root, 'server/knowledge')))
const answer = (question: string, history: Turn[] = []) =>
  extract(lookUp(search, question, history), question, history)
const textOf = (section: string) => search.find(section).hits[0]!.section.paragraphs[0]!

describe('several questions in one message', () => {
  test.each([
    [
      'how do I return a pair of shoes and do you ship to Canada?',
      ['refunds#how-to-start-a-return', 'shipping#where-we-ship'],
    ],
    [
      'How do I reset my password? Also, where is my order?',
      ['account#reset-a-password', 'shipping#tracking-a-parcel'],
    ],
    [
      'How long does shipping take, what does it cost and can I pay by PayPal?',
      ['shipping#delivery-times', 'shipping#shipping-costs', 'billing#payment-methods'],
    ],
    [
      'hi, whats ur refund policy n do u have giftcards',
      ['refunds#refunds-and-returns-within-30-days', 'gift-cards#buy-a-gift-card'],
    ],
    ['shipping costs and payment methods', ['shipping#shipping-costs', 'billing#payment-methods']],
    [
      'I want to cancel my order and also change my password',
      ['orders#cancel-an-order', 'account#reset-a-password'],
    ],
    [
      'Do you ship to Canada and how long does it take?',
      ['shipping#where-we-ship', 'shipping#delivery-times'],
    ],
  ])('%s: each is answered from its own section, and both are cited', (question, sections) => {
    const { text, sources, handoff } = answer(question)
    expect([sources.map(({ id }) => id), handoff]).toEqual([sections, undefined])
    expect(text.split('\n\n').length).toBeGreaterThanOrEqual(sections.length)
  })

  test('the text has what both sections say, in the order of the questions', () => {
    const { text } = answer('Do you ship to Canada and when are you open?')
    const [ship, open] = ['Do you ship to Canada?', 'When are you open?'].map(textOf) as [string, string]
    expect(text.indexOf(ship)).toBe(0)
    expect(text.indexOf(open)).toBeGreaterThanOrEqual(ship.length)
  })

  test.each([
    ['Do you ship to Canada and what is the capital of France?', 'what is the capital of France?'],
    ['what is the capital of France and do you ship to Canada', 'what is the capital of France'],
  ])('%s: the one is answered, and the other handed off by name', (question, other) => {
    const { text, sources, handoff } = answer(question)
    expect(sources.map(({ id }) => id)).toEqual(['shipping#where-we-ship'])
    expect(text).toContain(textOf('Do you ship to Canada?'))
    expect(text).toContain(`I don't know about “${other}”`)
    expect([text.includes(people.phone), handoff]).toEqual([true, { reason: 'not_covered', ...people }])
  })

  test('no card number is repeated with what nobody can answer, and no endless text', () => {
    const { text } = answer(
      `Do you ship to Canada? And what is the capital of 4111 1111 1111 1111 and ${'so on '.repeat(200)}?`,
    )
    expect(text).toContain("I don't know about “")
    expect(text).not.toContain('4111')
    expect(text.length).toBeLessThan(textOf('Do you ship to Canada?').length + 2_000)
  })

  test.each([
    'I need a present for tonight, do you have vouchers?',
    'When I exchange, do I have to wait until you get the old item back?',
    'How do I know when it will arrive, is there a tracking code?',
    'We are a hospital, are you allowed to process health information?',
    'Who won the world cup and do you sell pizza?',
    'What is your refund policy? Thanks!',
  ])('%s: one matter gets one answer', (question) => {
    const { parts } = lookUp(search, question, [])
    expect(parts).toEqual([{ question, ...search.find(question) }])
  })

  test('the first of them may lean on the conversation', () => {
    const before: Turn[] = [
      { role: 'user', content: 'Do you have gift cards?' },
      { role: 'assistant', content: 'Yes.' },
    ]
    const { sources } = answer('Do they expire, and do you ship to Canada?', before)
    expect(sources.map(({ id }) => id)).toEqual([
      'gift-cards#balance-and-expiry-of-a-gift-card',
      'shipping#where-we-ship',
    ])
  })

  test.each([
    [
      'Hi. My lamp is broken. Can I return it, and do you ship to Canada?',
      ['Hi. My lamp is broken. Can I return it', 'do you ship to Canada?'],
    ],
    ['Do you ship to P.O. boxes?', ['Do you ship to P.O. boxes?']],
    ['My order is late and is not tracked', ['My order is late and is not tracked']],
    ['What is it? What? Why? How? When?', ['What is it?', 'What?', 'Why? How? When?']],
    ['', []],
  ])('%j is %j', (message, questions) => {
    expect(questionsIn(message)).toEqual(questions)
  })

  test('a hostile length costs milliseconds', () => {
    for (const text of [
      'and do you '.repeat(180),
      ', how '.repeat(330),
      'also, '.repeat(330),
      '? '.repeat(1_000),
    ]) {
      const from = performance.now()
      lookUp(search, text, [])
      expect(performance.now() - from).toBeLessThan(500)
    }
  })
})

describe('served', () => {
  const model = startModel()
  let plain: TestServer
  let withModel: TestServer
  beforeAll(async () => {
    const env = { RATE_LIMIT_PER_ADDRESS: '0' }
    plain = await startServer(env)
    withModel = await startServer({
      ...env,
      OPENAI_API_KEY: 'sk-test-0123456789',
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'first',
    })
  })
  afterAll(async () => {
    await Promise.all([plain.stop(), withModel.stop()])
    model.stop()
  })

  test('from the cache it is the same answer, with both sources', async () => {
    const first = await plain.ask('When are you open and do you ship to Canada?')
    const second = await plain.ask('when are you OPEN and do you ship to canada')
    expect([first.metadata.from_cache, second.metadata.from_cache]).toEqual([false, true])
    expect([second.message, second.metadata.sources]).toEqual([first.message, first.metadata.sources])
    expect(first.metadata.sources.map(({ id }) => id)).toEqual([
      'hours#opening-hours-of-customer-service',
      'shipping#where-we-ship',
    ])
  })

  test('a model is given the sections of both, and its answer cites both', async () => {
    model.behave((it) => completion(it.model, 'Until six, and yes.'))
    const { metadata } = await withModel.ask('When are you open and do you ship to Canada?')
    const { content } = model.asked.at(-1)!.messages[0]!
    for (const id of ['hours#opening-hours-of-customer-service', 'shipping#where-we-ship']) {
      expect(content).toContain(`<document id="${id}"`)
      expect(metadata.sources.map((source) => source.id)).toContain(id)
    }
    expect(metadata.handoff).toBeUndefined()
  })

  test('a model that names people for the part that nothing answers hands that part off', async () => {
    model.behave((it) => completion(it.model, `Yes. I do not know the capital: call ${people.phone}.`))
    const { metadata } = await withModel.ask('Do you ship to Canada and what is the capital of France?')
    expect([metadata.handoff?.reason, metadata.sources[0]!.id]).toEqual([
      'not_covered',
      'shipping#where-we-ship',
    ])
  })
})
