import { closeSync } from 'node:fs'
import { Failed } from '../errors'
import { Secret } from '../secrets/secret'
import type { Children } from './children'
import { lineFeed } from './lines'
import { forget, outputFiles, remember } from './survivors'
import { tail } from './tail'

export interface CommandOptions {
  env?: Record<string, string | Secret | undefined>
  cwd?: string
  /** Written to the child's stdin, which is closed otherwise. */
  input?: string | Secret
  /** Every line of output as it comes. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  /** Exit codes besides 0 that are an answer, not a failure. */
  allow?: readonly number[]
  /** How long it may take to end by itself after an interruption, before it is killed. */
  graceMs?: number
  /** It must come to its own end even if the runbook is killed under it, as `terraform apply` must. */
  survives?: boolean
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
    super(`${[file, args.find((arg) => !arg.startsWith('-'))].join(' ').trim()}: ended with ${status}`)
  }

  /** What it printed last, errors preferred. */
  get lastLines(): string[] {
    const told = this.stderr.trim() || this.stdout.trim()
    return told ? told.split('\n').slice(-20) : []
  }
}

export interface CommandContext {
  children: Children
  signal: AbortSignal
  env: Record<string, string | undefined>
  environment: string
  runbook: string
  run: string
  trace(text: string): void
}

let count = 0

/** Runs a child through zx's `$`: no shell reads its words, no stdin is left open, and it ends as a tree with the run. */
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
  const words = args.map(shown)
  context.trace(`$ ${[file, ...words].join(' ')}`)
  const { $ } = await import('zx')
  const name = `${context.run}-${++count}`
  const files = options.survives ? outputFiles(name) : undefined
  const child = $({
    // `exec` in the system's sh: the child replaces the shell, and a machine without bash will do.
    shell,
    prefix: 'exec ',
    postfix: '',
    quote,
    // A group of its own: a terminal's Ctrl-C reaches the runbook alone, which then ends the child in order.
    detached: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', files?.outFd ?? 'pipe', files?.errFd ?? 'pipe'],
    env,
    nothrow: true,
    quiet: true,
    verbose: false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: plain(options.input) }),
  })`${[file, ...args.map(plain)]}`
  const forgetChild = context.children.add(child.pid, options.graceMs)
  const hear = (stream: 'stdout' | 'stderr') =>
    lineFeed((line) => (options.onLine ? options.onLine(line, stream) : context.trace(`  ${line}`)))
  const feeds = { stdout: hear('stdout'), stderr: hear('stderr') }
  const tails = files && {
    stdout: tail(files.out, feeds.stdout.write),
    stderr: tail(files.err, feeds.stderr.write),
  }
  if (files && child.pid) remember(name, child.pid, { ...context, command: [file, ...words].join(' ') })
  if (!files) {
    child.stdout.on('data', feeds.stdout.write)
    child.stderr.on('data', feeds.stderr.write)
  }
  try {
    const output = await child
    const stdout = tails?.stdout.finish() ?? output.stdout
    const stderr = tails?.stderr.finish() ?? output.stderr
    feeds.stdout.end()
    feeds.stderr.end()
    context.signal.throwIfAborted()
    const { exitCode, signal } = output
    if (exitCode === 0 || (exitCode !== null && options.allow?.includes(exitCode)))
      return { exitCode, stdout, stderr }
    throw new CommandFailed(file, words, signal ?? exitCode ?? 'SIGKILL', stdout, stderr)
  } finally {
    forgetChild()
    if (files) {
      closeSync(files.outFd)
      closeSync(files.errFd)
      forget(name)
    }
  }
}

function environment(env: Record<string, string | Secret | undefined>): Record<string, string> {
  const given = Object.entries(env).filter(
    (entry): entry is [string, string | Secret] => entry[1] !== undefined,
  )
  return Object.fromEntries(given.map(([name, value]) => [name, plain(value)]))
}

/** A missing program is told apart from a failing one, in the system's words. */
function requireProgram(file: string, env: Record<string, string>): string {
  const path = Bun.which(file, { PATH: env.PATH ?? '' })
  if (path) return path
  throw Object.assign(new Error(`spawn ${file} ENOENT`), {
    code: 'ENOENT',
    syscall: `spawn ${file}`,
    path: file,
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
