interface Asked {
  model: string
  messages: { role: string; content: string }[]
}

type Behaviour = (asked: Asked, call: number) => Response | Promise<Response>

const chunk = (model: string, delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

/** A streamed completion in OpenAI's protocol, word by word. `cut` ends the connection before the finish. */
export function completion(
  model: string,
  text: string,
  { gapMs = 0, cutAfter = Number.POSITIVE_INFINITY, stallAfter = Number.POSITIVE_INFINITY } = {},
): Response {
  const words = text.match(/\S+\s*/g) ?? []
  const body = new ReadableStream<string>({
    async start(controller) {
      const encode = (line: string) => controller.enqueue(new TextEncoder().encode(line) as unknown as string)
      for (const [index, word] of words.entries()) {
        if (index >= cutAfter) return controller.close()
        if (index >= stallAfter) return
        encode(chunk(model, { content: word }))
        if (gapMs > 0) await Bun.sleep(gapMs)
      }
      encode(chunk(model, {}, 'stop'))
      encode(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model, choices: [], usage: { prompt_tokens: 100, completion_tokens: words.length, total_tokens: 100 + words.length } })}\n\n`,
      )
      encode('data: [DONE]\n\n')
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

export const failure = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ error: { message: `It failed: ${code}`, type: code, code } }, { status, headers })

/** A model server whose behaviour the test sets; it remembers what it was asked and who hung up. */
export function startModel(
  behaviour: Behaviour = (asked) => completion(asked.model, 'Hello from the model.'),
) {
  const asked: Asked[] = []
  const state = { behaviour, left: 0 }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    async fetch(request) {
      const body = (await request.json()) as Asked
      asked.push(body)
      request.signal.addEventListener('abort', () => {
        state.left += 1
      })
      return state.behaviour(body, asked.length)
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    asked,
    /** How many callers hung up before their answer was complete. */
    left: () => state.left,
    behave(next: Behaviour) {
      state.behaviour = next
    },
    stop: () => server.stop(true),
  }
}
