import type { Answer } from './types.ts'

export interface Reply {
  message: string
  session_id: string
  metadata: { sources: Answer['sources'] }
}

interface Given {
  answer: Answer
  fromCache: boolean
  session: string
  requestId: string
  ms: number
}

/** What everybody gets who gets this answer, as JSON: a cached answer is put into words once. */
const pieces = new WeakMap<Answer, { message: string; metadata: string }>()

/**
 * The answer in the form of the API, as JSON, as the guide shows it and with what else a client may want to know in
 * `metadata`. Session and request id are of characters that JSON has as they are: their patterns see to that.
 */
export function replyText({ answer, fromCache, session, requestId, ms }: Given): string {
  let piece = pieces.get(answer)
  if (!piece) {
    const { text, sources, model, handoff, fallback } = answer
    const metadata = {
      sources,
      model,
      ...(handoff ? { handoff } : {}),
      ...(fallback ? { fallback: true } : {}),
    }
    piece = { message: JSON.stringify(text), metadata: JSON.stringify(metadata).slice(1, -1) }
    pieces.set(answer, piece)
  }
  const time = ms < 100 ? `${(ms / 1000).toFixed(3)}s` : `${(ms / 1000).toFixed(1)}s`
  return `{"message":${piece.message},"session_id":"${session}","metadata":{"from_cache":${fromCache},"processing_time":"${time}",${piece.metadata},"request_id":"${requestId}"}}`
}
