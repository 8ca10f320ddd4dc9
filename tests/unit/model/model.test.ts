import { afterAll, afterEach, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { answer } from '../../../rehearsal/model/answer.ts'
import { startModel } from '../../../rehearsal/model/model.ts'

const model = startModel({ quick: true })
const client = (apiKey = 'sk-rehearsal') => new OpenAI({ apiKey, baseURL: `${model.url}/v1`, maxRetries: 0 })
afterEach(() => model.faults.clear())
afterAll(() => model.stop())

const documents = `You answer customers of a shop. Use only these documents and never invent a policy.

<document title="Refunds">
Customers may return an item within 30 days of delivery for a full refund. Sale items are refunded as store credit.
</document>
<document title="Shipping">
Standard shipping takes 3 to 5 business days. Express shipping costs $12.50 and arrives the next day.
</document>`

const ask = (question: string, ...before: { role: 'user' | 'assistant'; content: string }[]) => [
  { role: 'system' as const, content: documents },
  ...before,
  { role: 'user' as const, content: question },
]

// The SDK's promises are its own class, which expect().rejects does not know.
const failed = (call: PromiseLike<unknown>) =>
  call.then(
    () => undefined,
    (error) => error,
  )

describe('answer', () => {
  const table: [string, RegExp][] = [
    ['What is your refund policy?', /30 days/],
    ['How long does standard shipping take?', /3 to 5 business days/],
    ['How much does express shipping cost?', /\$12\.50/],
    ['What is the capital of France?', /don't have that information/],
    ['never invent a policy', /don't have that information/],
  ]
  test.each(table)('%s', (question, expected) => {
    expect(answer(ask(question).map((it) => ({ role: it.role, text: it.content })))).toMatch(expected)
  })

  test('what it says changes with the documents, not with the question', () => {
    const other = documents.replace('30 days', '90 days')
    const prompt = [
      { role: 'system', text: other },
      { role: 'user', text: 'What is your refund policy?' },
    ]
    expect(answer(prompt)).toMatch(/90 days/)
  })

  test('a title tells what its sentences are about, and an abbreviation ends no sentence', () => {
    const system = '<document title="Gift cards">They never expire. They reach P.O. boxes too.</document>'
    const of = (text: string) =>
      answer([
        { role: 'system', text: system },
        { role: 'user', text },
      ])
    expect(of('Do gift cards expire?')).toContain('They never expire.')
    expect(of('Do you send to P.O. boxes?')).toContain('They reach P.O. boxes too.')
  })

  test('follows the prompt when nothing answers, and a question that leans on the one before', () => {
    const system = `${documents}\nIf they do not answer, reply with exactly [HANDOFF] and nothing else.`
    const conversation = [
      { role: 'system', text: system },
      { role: 'user', text: 'How much does shipping cost?' },
    ]
    expect(
      answer([
        { role: 'system', text: system },
        { role: 'user', text: 'Who won the world cup?' },
      ]),
    ).toBe('[HANDOFF]')
    expect(answer([...conversation, { role: 'user', text: 'And is there one that is express?' }])).toContain(
      '$12.50',
    )
  })

  test('remembers what the customer said, and asked', () => {
    const before = [
      { role: 'user', text: 'My order number is 4711.' },
      { role: 'assistant', text: 'Thank you.' },
    ]
    expect(answer([...before, { role: 'user', text: 'What is my order number?' }])).toContain('4711')
    expect(answer([...before, { role: 'user', text: 'What did I just say?' }])).toContain('4711')
  })
})

describe('model server', () => {
  test('chat completions, whole', async () => {
    const reply = await client().chat.completions.create({
      model: 'gpt-4o-mini',
      messages: ask('What is your refund policy?'),
    })
    expect(reply.choices[0]?.message.content).toMatch(/30 days/)
    expect(reply.choices[0]?.finish_reason).toBe('stop')
    expect(reply.usage?.total_tokens).toBeGreaterThan(50)
  })

  test('chat completions, streamed, with usage', async () => {
    const stream = await client().chat.completions.create({
      model: 'gpt-4o-mini',
      messages: ask('What is your refund policy?'),
      stream: true,
      stream_options: { include_usage: true },
    })
    let [text, finish, usage] = ['', '', 0]
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      finish = chunk.choices[0]?.finish_reason ?? finish
      usage = chunk.usage?.completion_tokens ?? usage
    }
    expect(text).toMatch(/30 days/)
    expect(finish).toBe('stop')
    expect(usage).toBeGreaterThan(5)
  })

  test('responses, whole and streamed', async () => {
    const request = {
      model: 'gpt-4o-mini',
      instructions: documents,
      input: 'How much does express shipping cost?',
    }
    expect((await client().responses.create(request)).output_text).toContain('$12.50')
    let [text, last] = ['', '']
    for await (const event of await client().responses.create({ ...request, stream: true })) {
      if (event.type === 'response.output_text.delta') text += event.delta
      last = event.type
    }
    expect(text).toContain('$12.50')
    expect(last).toBe('response.completed')
  })

  test('a key of another shape is refused as OpenAI refuses it', async () => {
    const call = client('wrong-key-00000000').chat.completions.create({
      model: 'gpt-4o-mini',
      messages: ask('?'),
    })
    expect(await failed(call)).toMatchObject({ status: 401, code: 'invalid_api_key' })
  })

  test('an unknown model is not found', async () => {
    const call = client().chat.completions.create({ model: 'claude', messages: ask('?') })
    expect(await failed(call)).toMatchObject({ status: 404, code: 'model_not_found' })
  })

  test('faults on demand, for so many requests, of one model', async () => {
    const post = (body: unknown) =>
      fetch(`${model.url}/rehearsal/faults`, { method: 'POST', body: JSON.stringify(body) })
    await post({ kind: 'rate-limit', model: 'gpt-4o', times: 1, retryAfter: 7 })
    const call = (name: string) =>
      client().chat.completions.create({ model: name, messages: ask('What is your refund policy?') })
    expect((await call('gpt-4o-mini')).choices).toHaveLength(1)
    const refused = await call('gpt-4o').catch((error) => error)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('7')
    expect((await call('gpt-4o')).choices).toHaveLength(1)
    await post({ kind: 'server-error' })
    expect(await failed(call('gpt-4o'))).toMatchObject({ status: 500 })
    expect((await post({ kind: 'nonsense' })).status).toBe(400)
  })

  test('a cut stream never says that it finished', async () => {
    model.faults.set({ kind: 'cut' })
    const stream = await client().chat.completions.create({
      model: 'gpt-4o',
      messages: ask('What is your refund policy?'),
      stream: true,
    })
    let finish: string | null = null
    const read = async () => {
      for await (const chunk of stream) finish = chunk.choices[0]?.finish_reason ?? finish
    }
    await read().catch(() => {})
    expect(finish).toBeNull()
  })
})
