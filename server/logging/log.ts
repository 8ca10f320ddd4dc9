import { now } from '../clock.ts'
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
  /** A turn in the server's own life, told at every level: without a line of it nobody knows whether a task logs at all. */
  notice(event: string, fields?: Fields): void
  /** The line of a request, whose fields are all of our own making: no customer's text, nothing to look through. */
  request(level: Level, fields: Fields): void
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

  const line = (level: Level, event: string, rest: string) =>
    sink.write(
      `{"time":"${now()}","level":"${level}","event":${JSON.stringify(event)}${base}${rest === '{}' ? '' : `,${rest.slice(1, -1)}`}}\n`,
    )
  const at =
    (level: Level, always = false) =>
    (event: string, fields: Fields = {}) => {
      if (always || levels.indexOf(level) >= least) line(level, event, JSON.stringify(fields, clean))
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    notice: at('info', true),
    request(level, fields) {
      if (levels.indexOf(level) >= least) line(level, 'request', JSON.stringify(fields))
    },
    raw: sink.write,
    flush: sink.flush,
  }
}

function clean(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
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
  const writer = Bun.stdout.writer()
  let gathered = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (gathered === '') return
    writer.write(gathered)
    gathered = ''
    await writer.flush()
  }
  return {
    write(line) {
      gathered += line
      timer ??= setTimeout(flush, 20)
    },
    flush,
  }
}
