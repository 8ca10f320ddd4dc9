import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Environment } from './programs'

/** One line of a runbook's NDJSON, as far as drills read it. */
export interface Event {
  type: string
  at: string
  title?: string
  text?: string
  message?: string
  next?: string
  outcome?: string
  error?: string
  depth?: number
  ms?: number
  run?: string
}

/** The `data` of a deploy's or a rollback's result. */
export interface Data {
  from?: { taskDefinition: string } | null
  to?: { taskDefinition: string; image: string; commit: string }
  deployment?: string | null
  rolledBack?: boolean
  cause?: string | null
}

/** How a runbook ended, as whoever typed it sees it. */
export interface Ran {
  /** Its id in the journal and in the lock. */
  run: string
  exitCode: number
  seconds: number
  events: Event[]
  data: Data
  /** What it said in the end, when it did not end well, and what it told to type next. */
  error: string
  next: string
}

/** A runbook under way. */
export interface Running {
  pid: number
  ended: Promise<Ran>
  /** Resolves when a step of this title begins; rejects when the run ends without it. */
  begins(title: string): Promise<void>
  finishes(title: string): Promise<void>
  kill(signal: NodeJS.Signals): void
}

/** Marks every process that a drill starts, and what those start: see processes.ts. */
export const marker = 'TRIA_DRILL'

/** Starts a runbook of a copy as a pipeline would: `--yes --json`, closed stdin. */
export function startRunbook(
  dir: string,
  words: string[],
  { env, hear = () => {} }: { env: Environment; hear?: (event: Event) => void },
): Running {
  const [name, ...flags] = words
  const file = join(dir, 'runbooks', `${name}.ts`)
  const started = performance.now()
  const child = Bun.spawn([process.execPath, file, '--yes', '--json', ...flags], {
    cwd: dir,
    env: { ...env, [marker]: dir },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const events: Event[] = []
  const waiting = new Set<() => void>()
  const reading = (async () => {
    for await (const line of linesOf(child.stdout)) {
      const event = parsed(line)
      if (!event) continue
      events.push(event)
      hear(event)
      for (const look of waiting) look()
    }
  })()
  const complaints = new Response(child.stderr).text()

  async function end(): Promise<Ran> {
    const exitCode = await child.exited
    // A killed runbook's children may hold its pipe open for minutes.
    await Promise.race([reading, pause(2_000)])
    const error = events.find(({ type }) => type === 'error')
    const result = events.find(({ type }) => type === 'result') as { data?: Data } | undefined
    return {
      run: events.find(({ type }) => type === 'start')?.run ?? '',
      exitCode,
      seconds: (performance.now() - started) / 1_000,
      events,
      data: result?.data ?? {},
      error: error?.message ?? (result ? '' : (await Promise.race([complaints, pause(500, '')])).trim()),
      next: error?.next ?? '',
    }
  }
  const ended = end()
  ended.catch(() => {})

  function comes(type: string, title: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!events.some((event) => event.type === type && event.title === title)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
      void ended.then(({ exitCode, error }) =>
        reject(new Error(`${name} never came to "${title}": exit code ${exitCode}: ${error}`)),
      )
    })
  }

  return {
    pid: child.pid,
    ended,
    begins: (title) => comes('step.started', title),
    finishes: (title) => comes('step.finished', title),
    kill: (signal) => child.kill(signal),
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest) yield rest
}

function parsed(line: string): Event | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Event
  } catch {
    return undefined
  }
}
