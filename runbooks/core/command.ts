import type { Children } from './children'
import { Failed, Interrupted } from './errors'
import { Secret } from './secret'

export interface CommandOptions {
  env?: Record<string, string | Secret | undefined>
  cwd?: string
  /** Written to the child's stdin, which is closed otherwise. */
  input?: string | Secret
  /** Every line of output as it comes. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  /** Exit codes besides 0 that are an answer, not a failure. */
  allow?: readonly number[]
  /** How long it may take to end by itself after an interrupt, before it is killed. */
  graceMs?: number
}

export interface CommandResult {
  exitCode: number
  stdout: string
  stderr: string
}

/** A command that ended with a code nobody allowed. The last lines it printed are kept as its story. */
export class CommandFailed extends Failed {
  constructor(
    readonly file: string,
    readonly args: readonly string[],
    readonly status: number | NodeJS.Signals,
    readonly stdout: string,
    readonly stderr: string,
  ) {
    super(
      `${[file, args[0]].filter((word) => word && !word.startsWith('-')).join(' ')}: ended with ${status}`,
    )
  }

  /** What it printed last, errors preferred. */
  get lastLines(): string[] {
    const told = this.stderr.trim() || this.stdout.trim()
    return told.split('\n').slice(-20)
  }
}

export interface CommandContext {
  children: Children
  signal: AbortSignal
  env: Record<string, string | undefined>
  trace(text: string): void
}

/** Runs a child through zx's `$`: no shell words, no stdin left open, ended as a tree when the run ends. */
export async function command(
  context: CommandContext,
  file: string,
  args: readonly (string | Secret)[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  context.signal.throwIfAborted()
  const env = environment({ ...context.env, ...options.env })
  const shell = requireProgram('sh', env)
  requireProgram(file, env)
  context.trace(`$ ${[file, ...args].map((word) => shown(word)).join(' ')}`)
  const { $ } = await import('zx')
  const child = $({
    // `exec` in the system's sh: the child replaces the shell, and a machine without bash will do.
    shell,
    prefix: 'exec ',
    postfix: '',
    quote,
    // A group of its own: a terminal's Ctrl-C reaches the runbook alone, which then ends the child in order.
    detached: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env,
    nothrow: true,
    quiet: true,
    verbose: false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: plain(options.input) }),
  })`${[file, ...args.map(plain)]}`
  const forget = context.children.add(child.pid, options.graceMs)
  follow(child.stdout, (line) => report(line, 'stdout'))
  follow(child.stderr, (line) => report(line, 'stderr'))
  function report(line: string, stream: 'stdout' | 'stderr') {
    options.onLine?.(line, stream)
    if (!options.onLine) context.trace(`  ${line}`)
  }
  const output = await child.finally(forget)
  if (context.signal.aborted) throw interruption(context.signal)
  const { exitCode, signal, stdout, stderr } = output
  if (exitCode === 0 || (exitCode !== null && options.allow?.includes(exitCode)))
    return { exitCode, stdout, stderr }
  throw new CommandFailed(file, args.map(shown), signal ?? exitCode ?? 'SIGKILL', stdout, stderr)
}

function interruption(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Interrupted()
}

function environment(env: Record<string, string | Secret | undefined>): Record<string, string> {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string | Secret] => entry[1] !== undefined,
  )
  return Object.fromEntries(entries.map(([name, value]) => [name, plain(value)]))
}

/** A missing program is told apart from a failing one, as the system would: ENOENT. */
function requireProgram(file: string, env: Record<string, string | undefined>): string {
  const path = Bun.which(file, { PATH: env.PATH ?? '' })
  if (path) return path
  throw Object.assign(new Error(`spawn ${file} ENOENT`), {
    code: 'ENOENT',
    syscall: `spawn ${file}`,
    path: file,
  })
}

function follow(stream: NodeJS.ReadableStream, line: (text: string) => void): void {
  const decoder = new TextDecoder()
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/)
    rest = lines.pop()!
    for (const text of lines) line(text)
  })
  stream.on('end', () => {
    if (rest) line(rest)
  })
}

function plain(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value
}

/** A word as a person would type it. */
function shown(word: string | Secret): string {
  const text = String(word)
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quote(text)
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
