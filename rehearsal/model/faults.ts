/** What a drill may ask of the model: an outage, a limit, a slow or a broken answer. */
export interface Fault {
  kind: 'unauthorized' | 'rate-limit' | 'quota' | 'server-error' | 'slow' | 'cut'
  /** Only for requests of this model, so that a fallback can be seen to work. */
  model?: string
  /** How many requests it strikes; until it is cleared when absent. */
  times?: number
  /** Seconds in `retry-after`. */
  retryAfter?: number
  /** Milliseconds that `slow` adds. */
  delay?: number
}

const kinds = new Set(['unauthorized', 'rate-limit', 'quota', 'server-error', 'slow', 'cut'])

export function faultsBox() {
  let faults: Fault[] = []
  return {
    all: () => faults,
    set(value: unknown): void {
      const list = (Array.isArray(value) ? value : [value]) as Fault[]
      const wrong = list.find((fault) => !kinds.has(fault?.kind))
      if (wrong)
        throw new Error(`Unknown fault: ${JSON.stringify(wrong)}; it is one of ${[...kinds].join(', ')}`)
      faults = list.map((fault) => ({ ...fault }))
    },
    clear(): void {
      faults = []
    },
    /** The fault that strikes this request, and one stroke less of it. */
    take(model: string): Fault | undefined {
      const fault = faults.find((it) => it.model === undefined || it.model === model)
      if (fault?.times !== undefined && --fault.times <= 0) faults = faults.filter((it) => it !== fault)
      return fault
    },
  }
}

function failure(status: number, code: string | null, type: string, message: string, headers = {}): Response {
  const body = { error: { message, type, param: null, code } }
  return Response.json(body, {
    status,
    headers: { 'x-request-id': `req_${crypto.randomUUID().replaceAll('-', '')}`, ...headers },
  })
}

/** The refusals in OpenAI's words. */
export const refusals = {
  key: (key: string) =>
    failure(
      401,
      'invalid_api_key',
      'invalid_request_error',
      `Incorrect API key provided: ${masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    ),
  noKey: () =>
    failure(
      401,
      null,
      'invalid_request_error',
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    ),
  model: (model: string) =>
    failure(
      404,
      'model_not_found',
      'invalid_request_error',
      `The model \`${model}\` does not exist or you do not have access to it.`,
    ),
  rate: (model: string, seconds: number) =>
    failure(
      429,
      'rate_limit_exceeded',
      'tokens',
      `Rate limit reached for ${model}. Please try again in ${seconds}s.`,
      { 'retry-after': String(seconds) },
    ),
  quota: () =>
    failure(
      429,
      'insufficient_quota',
      'insufficient_quota',
      'You exceeded your current quota, please check your plan and billing details.',
    ),
  server: () =>
    failure(
      500,
      null,
      'server_error',
      'The server had an error while processing your request. Sorry about that!',
    ),
  body: (message: string) => failure(400, null, 'invalid_request_error', message),
  path: (method: string, path: string) =>
    failure(404, null, 'invalid_request_error', `Invalid URL (${method} ${path})`),
}

const masked = (key: string) =>
  key.length > 8 ? `${key.slice(0, 4)}${'*'.repeat(key.length - 8)}${key.slice(-4)}` : '****'
