import type { View } from './check'

/** The members of the chatbot's answers that checks look at, whichever endpoint they came from. */
export type Body = {
  status?: unknown
  version?: unknown
  degraded?: unknown
  message?: unknown
  metadata?: { from_cache?: unknown; processing_time?: unknown }
  messages?: { role: string }[]
  error?: { code?: unknown }
}

export type Answer = {
  status: number
  headers: Headers
  text: string
  json: Body | undefined
  error?: string
  /** Nothing came in all the time that was given: asking once more would only wait as long again. */
  hung?: boolean
}

/** One request to the chatbot. A server that does not answer is an answer too: status 0 and why. */
export async function ask(
  view: View,
  path: string,
  init: RequestInit = {},
  timeoutMs = 15_000,
): Promise<Answer> {
  try {
    const response = await view.door.fetch(path, {
      ...init,
      signal: AbortSignal.any([view.signal, AbortSignal.timeout(timeoutMs)]),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  } catch (error) {
    if (view.signal.aborted) throw error
    const hung = (error as Error).name === 'TimeoutError'
    const said = hung ? `nothing came within ${timeoutMs / 1_000} s` : why(view, error)
    return { status: 0, headers: new Headers(), text: '', json: undefined, error: said, hung }
  }
}

function why({ door }: View, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code !== 'ERR_TLS_CERT_ALTNAME_INVALID') return message
  return `the certificate there is not for ${new URL(door.address).hostname} (${code})`
}

export function chat(view: View, session: string, message: string): Promise<Answer> {
  return ask(
    view,
    '/api/chatbot',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message, session_id: session }),
    },
    30_000,
  )
}

/** How an answer is quoted as evidence. */
export function quote({ status, text, error }: Answer): string {
  if (status === 0) return `no answer: ${error}`
  const short = text.replace(/\s+/g, ' ').slice(0, 160)
  return `HTTP ${status} ${short}`
}

function parse(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body
  } catch {
    return undefined
  }
}
