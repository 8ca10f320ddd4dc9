const encoder = new TextEncoder()

export interface EventSink {
  send(event: string, data: unknown): void
}

/**
 * A response of server-sent events. The work sends its events and the stream ends with it; a comment goes out every
 * few seconds, because a proxy closes a connection that stays silent.
 */
export function eventStream(
  work: (sink: EventSink) => Promise<void>,
  options: { headers: Record<string, string>; heartbeatMs?: number; onCancel: () => void },
): { response: Response; ended: Promise<void> } {
  const ended = Promise.withResolvers<void>()
  let heartbeat: ReturnType<typeof setInterval>
  let open = true
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (text: string) => {
        if (open) controller.enqueue(encoder.encode(text))
      }
      heartbeat = setInterval(() => write(': still here\n\n'), options.heartbeatMs ?? 10_000)
      write(': hello\n\n')
      try {
        await work({ send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`) })
      } finally {
        clearInterval(heartbeat)
        if (open) controller.close()
        open = false
        ended.resolve()
      }
    },
    cancel() {
      open = false
      clearInterval(heartbeat)
      options.onCancel()
      ended.resolve()
    },
  })
  const response = new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      ...options.headers,
    },
  })
  return { response, ended: ended.promise }
}
