/** What is known of a request from its arrival to its log line. */
export interface Trace {
  id: string
  started: number
  /** The client's address, or what stands for it. */
  address: string
  /** More for the log line. */
  note: Note
  /** Set by an answer that was made with the headers every answer has. */
  dressed: boolean
  /** Of a streamed answer: resolves when its last word is out. */
  streamed?: Promise<void>
}

interface Note {
  session: string | undefined
  fromCache: boolean | undefined
  model: string | undefined
  handoff: string | undefined
}

/** Kept on the request itself: a map beside it costs more than the rest of a cached answer. */
const kept = Symbol('trace')
type Traced = Request & { [kept]?: Trace }

const safeId = /^[A-Za-z0-9_.:=;-]{8,128}$/

/** A caller's own id is kept, so that one id leads through every log; anything unfit for a log is replaced. */
export function startTrace(request: Request, address: string): Trace {
  const given = request.headers.get('x-request-id')
  const trace: Trace = {
    id: given !== null && safeId.test(given) ? given : Bun.randomUUIDv7(),
    started: performance.now(),
    address,
    note: { session: undefined, fromCache: undefined, model: undefined, handoff: undefined },
    dressed: false,
  }
  ;(request as Traced)[kept] = trace
  return trace
}

export function traceOf(request: Request): Trace {
  return (request as Traced)[kept] ?? startTrace(request, 'unknown')
}

/** What every answer says in its headers. */
export const commonHeaders = (trace: Trace) => ({
  'x-request-id': trace.id,
  'x-content-type-options': 'nosniff',
})
