import { answer } from './answer.ts'
import { type Fault, faultsBox, refusals } from './faults.ts'
import { chat, type Dialect, type Reply, responses } from './protocol.ts'

export interface Model {
  /** Where OpenAI's `https://api.openai.com` is here; `/v1` follows. */
  url: string
  port: number
  /** What drills have asked for; also over HTTP at `/rehearsal/faults`. */
  faults: ReturnType<typeof faultsBox>
  stop(): Promise<void>
}

/** As long as a small hosted model needs: some time to the first word, then about a hundred words a second. */
const pace = { first: 150, word: 8 }

const known = ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'gpt-4.1-mini', 'gpt-5', 'gpt-5-mini', 'gpt-5-nano']
/** OpenAI refuses what it has shut down as it does what never was; gpt-4.1-nano went in October 2026. */
const isModel = (name: string) => /^(gpt-|chatgpt-|o\d)/.test(name) && name !== 'gpt-4.1-nano'

/** A server that speaks OpenAI's protocol and answers from the documents of the prompt. */
export function startModel({ port = 0, quick = false } = {}): Model {
  const faults = faultsBox()
  const wait = (milliseconds: number) => Bun.sleep(quick ? 0 : milliseconds)
  const dialects: Record<string, Dialect> = { '/v1/chat/completions': chat, '/v1/responses': responses }

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/rehearsal/faults') return control(request)
    const key = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    if (!key) return refusals.noKey()
    if (!/^sk-\S+$/.test(key)) return refusals.key(key)
    if (request.method === 'GET' && pathname.startsWith('/v1/models')) return models(pathname)
    const dialect = dialects[pathname]
    if (!dialect || request.method !== 'POST') return refusals.path(request.method, pathname)
    const body = (await request.json().catch(() => undefined)) as Record<string, unknown> | undefined
    if (!body) return refusals.body('We could not parse the JSON body of your request.')
    return complete(dialect, body, key)
  }

  async function complete(dialect: Dialect, body: Record<string, unknown>, key: string): Promise<Response> {
    const model = String(body.model ?? '')
    if (!model) return refusals.body('you must provide a model parameter')
    if (!isModel(model)) return refusals.model(model)
    const fault = faults.take(model)
    const refused = refusal(fault, model, key)
    if (refused) return refused
    const prompt = dialect.messages(body)
    if (prompt.length === 0) return refusals.body('Invalid input: the prompt is empty.')
    const text = answer(prompt)
    const reply: Reply = { model, prompt, text, words: text.match(/\S+\s*/g) ?? [] }
    await wait(pace.first)
    if (fault?.kind === 'slow') await Bun.sleep(fault.delay ?? 30_000)
    if (body.stream) return streamed(dialect, reply, body, fault)
    if (fault?.kind === 'cut') return refusals.server()
    await wait(pace.word * reply.words.length)
    return Response.json(dialect.whole(reply))
  }

  function streamed(dialect: Dialect, reply: Reply, body: Record<string, unknown>, fault: Fault | undefined) {
    const events = dialect.stream(reply, body)
    const encoder = new TextEncoder()
    // Halfway through its words a cut stream simply ends.
    const until = fault?.kind === 'cut' ? Math.ceil(reply.words.length / 2) : reply.words.length
    let gone = false
    const stream = new ReadableStream({
      async start(controller) {
        const send = (text: string) => !gone && controller.enqueue(encoder.encode(text))
        for (const event of events.opening) send(event)
        for (const word of reply.words.slice(0, until)) {
          send(events.word(word))
          await wait(pace.word)
        }
        if (fault?.kind !== 'cut') for (const event of events.closing) send(event)
        if (!gone) controller.close()
      },
      cancel() {
        gone = true
      },
    })
    return new Response(stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
  }

  async function control(request: Request): Promise<Response> {
    if (request.method === 'DELETE') faults.clear()
    if (request.method === 'POST' || request.method === 'PUT') {
      try {
        faults.set(await request.json())
      } catch (error) {
        return Response.json(
          { error: error instanceof Error ? error.message : String(error) },
          { status: 400 },
        )
      }
    }
    return Response.json({ faults: faults.all() })
  }

  const server = Bun.serve({ hostname: '127.0.0.1', port, idleTimeout: 120, fetch: handle })
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port ?? port,
    faults,
    stop: () => server.stop(true),
  }
}

function refusal(fault: Fault | undefined, model: string, key: string): Response | undefined {
  if (fault?.kind === 'unauthorized') return refusals.key(key)
  if (fault?.kind === 'rate-limit') return refusals.rate(model, fault.retryAfter ?? 20)
  if (fault?.kind === 'quota') return refusals.quota()
  if (fault?.kind === 'server-error') return refusals.server()
  return undefined
}

function models(pathname: string): Response {
  const shape = (id: string) => ({ id, object: 'model', created: 1_715_367_049, owned_by: 'system' })
  const one = pathname.slice('/v1/models/'.length)
  if (!one) return Response.json({ object: 'list', data: known.map(shape) })
  return isModel(one) ? Response.json(shape(one)) : refusals.model(one)
}
