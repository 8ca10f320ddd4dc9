import type { Message } from './answer.ts'
import { tokens } from './words.ts'

/** One answer in the forms of OpenAI's two APIs: whole, or as the events of a stream. */
export interface Reply {
  model: string
  prompt: Message[]
  text: string
  words: string[]
}

export interface Dialect {
  messages(body: Record<string, unknown>): Message[]
  whole(reply: Reply): unknown
  /** What goes before the words, one event a word, and what goes after. */
  stream(
    reply: Reply,
    options: Record<string, unknown>,
  ): { opening: string[]; word(word: string): string; closing: string[] }
}

const id = (prefix: string) => `${prefix}${crypto.randomUUID().replaceAll('-', '')}`
const now = () => Math.floor(Date.now() / 1000)
const promptTokens = (reply: Reply) =>
  reply.prompt.reduce((sum, message) => sum + tokens(message.text) + 4, 0)

/** Content is a string or a list of parts, of which those with text count. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: { text?: unknown }) => (typeof part?.text === 'string' ? part.text : ''))
    .join('\n')
}

function messagesOf(list: unknown): Message[] {
  if (!Array.isArray(list)) return []
  return list
    .filter((it: { role?: unknown }) => typeof it?.role === 'string')
    .map((it: { role: string; content?: unknown }) => ({ role: it.role, text: textOf(it.content) }))
}

export const chat: Dialect = {
  messages: (body) => messagesOf(body.messages),
  whole: (reply) => ({
    id: id('chatcmpl-'),
    object: 'chat.completion',
    created: now(),
    model: reply.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: reply.text, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: chatUsage(reply),
  }),
  stream(reply, options) {
    const base = { id: id('chatcmpl-'), object: 'chat.completion.chunk', created: now(), model: reply.model }
    const chunk = (delta: unknown, finish: string | null = null) =>
      data({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })
    const counted = (options.stream_options as { include_usage?: boolean } | undefined)?.include_usage
    const usage = counted ? [data({ ...base, choices: [], usage: chatUsage(reply) })] : []
    return {
      opening: [chunk({ role: 'assistant', content: '', refusal: null })],
      word: (word) => chunk({ content: word }),
      closing: [chunk({}, 'stop'), ...usage, 'data: [DONE]\n\n'],
    }
  },
}

function chatUsage(reply: Reply) {
  const prompt = promptTokens(reply)
  const completion = tokens(reply.text)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}

export const responses: Dialect = {
  messages(body) {
    const instructions =
      typeof body.instructions === 'string' ? [{ role: 'system', text: body.instructions }] : []
    const input =
      typeof body.input === 'string' ? [{ role: 'user', text: body.input }] : messagesOf(body.input)
    return [...instructions, ...input]
  },
  whole: (reply) => response(reply, id('resp_'), id('msg_'), 'completed'),
  stream(reply) {
    const [name, item] = [id('resp_'), id('msg_')]
    let sequence = 0
    const event = (type: string, members: object) =>
      `event: ${type}\n${data({ type, sequence_number: sequence++, ...members })}`
    const started = response(reply, name, item, 'in_progress')
    const place = { item_id: item, output_index: 0, content_index: 0 }
    const part = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] })
    return {
      opening: [
        event('response.created', { response: started }),
        event('response.in_progress', { response: started }),
        event('response.output_item.added', { output_index: 0, item: message(item, 'in_progress') }),
        event('response.content_part.added', { ...place, part: part('') }),
      ],
      word: (word) => event('response.output_text.delta', { ...place, delta: word, logprobs: [] }),
      // A getter, because these events are numbered when they are sent, after the words.
      get closing() {
        return [
          event('response.output_text.done', { ...place, text: reply.text, logprobs: [] }),
          event('response.content_part.done', { ...place, part: part(reply.text) }),
          event('response.output_item.done', {
            output_index: 0,
            item: message(item, 'completed', reply.text),
          }),
          event('response.completed', { response: response(reply, name, item, 'completed') }),
        ]
      },
    }
  },
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`

function message(name: string, status: string, text?: string) {
  const content = text === undefined ? [] : [{ type: 'output_text', text, annotations: [], logprobs: [] }]
  return { id: name, type: 'message', status, role: 'assistant', content }
}

function response(reply: Reply, name: string, item: string, status: 'in_progress' | 'completed') {
  const done = status === 'completed'
  const [input, output] = [promptTokens(reply), tokens(reply.text)]
  return {
    id: name,
    object: 'response',
    created_at: now(),
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: reply.model,
    output: done ? [message(item, 'completed', reply.text)] : [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: done
      ? {
          input_tokens: input,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: output,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: input + output,
        }
      : null,
  }
}
