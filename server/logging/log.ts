import { redact } from './redact.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]
type Fields = Record<string, unknown>

/** Where lines go: stdout in the server, an array in a test. */
export interface Sink {
  write(line: string): void
  flush(): Promise<void>
}

export interface Log {
  debug(event: string, fields?: Fields): void
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields): void
  /** A line that is not ours to shape: CloudWatch reads it. */
  raw(line: string): void
  flush(): Promise<void>
}

/** One JSON object a line. Every string passes the redaction, so that a careless field cannot leak. */
export function createLog(options: { level: Level; base?: Fields; sink?: Sink }): Log {
  const sink = options.sink ?? stdoutSink()
  const least = levels.indexOf(options.level)
  const base = Object.entries(options.base ?? {})
    .map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join('')

  const at =
    (level: Level) =>
    (event: string, fields: Fields = {}) => {
      if (levels.indexOf(level) < least) return
      const rest = JSON.stringify(fields, clean)
      const tail = rest === '{}' ? '}' : `,${rest.slice(1)}`
      sink.write(
        `{"time":"${new Date().toISOString()}","level":"${level}","event":${JSON.stringify(event)}${base}${tail}\n`,
      )
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    raw: sink.write,
    flush: sink.flush,
  }
}

/** Fields the server makes itself, from a fixed alphabet: no need to look for secrets in them. */
const own = new Set(['request_id', 'session', 'path', 'method', 'client'])

function clean(key: string, value: unknown): unknown {
  if (typeof value === 'string') return own.has(key) ? value : redact(value)
  if (value instanceof Error) return describe(value)
  return value
}

/** An error as a log field: its name, message and causes, and the stack's first lines. */
function describe(error: Error, depth = 0): Fields {
  const code = (error as { code?: unknown }).code
  return {
    name: error.name,
    message: redact(error.message),
    ...(code === undefined ? {} : { code }),
    stack: redact(error.stack?.split('\n').slice(1, 6).join('\n') ?? ''),
    ...(error.cause instanceof Error && depth < 3 ? { cause: describe(error.cause, depth + 1) } : {}),
  }
}

/** Lines are gathered for some milliseconds: one write for many requests. */
function stdoutSink(): Sink {
  const writer = Bun.stdout.writer({ highWaterMark: 1 << 16 })
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    write(line) {
      writer.write(line)
      timer ??= setTimeout(() => {
        timer = undefined
        writer.flush()
      }, 20)
    },
    async flush() {
      clearTimeout(timer)
      timer = undefined
      await writer.flush()
    },
  }
}
