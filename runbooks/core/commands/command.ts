import { Failed } from '../errors'
import { redactText } from '../secrets/redact'
import { Secret } from '../secrets/secret'
import type { Children } from './children'
import { launch, quote } from './launch'
import { type Manners, mannersOf } from './manners'
import { fell, fileOutput, forget } from './survivors'

/** `graceMs` and `survives` are known for Terraform; other programs may be given theirs. */
export interface CommandOptions extends Partial<Manners> {
  env?: Record<string, string | Secret | undefined>
  cwd?: string
  /** Written to the child's stdin, which is closed otherwise. */
  input?: string | Secret
  /** Every line of output as it comes. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  /** Exit codes besides 0 that are an answer, not a failure. */
  allow?: readonly number[]
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

/** Runs a child to its end: no shell reads its words, no stdin is left open, and it ends as a tree with the run. */
export async function command(
  context: CommandContext,
  file: string,
  args: readonly (string | Secret)[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { children, signal, environment, runbook, trace } = context
  signal.throwIfAborted()
  const env = plainEnvironment({ ...context.env, ...options.env })
  const shell = requireProgram('sh', env)
  requireProgram(file, env)
  const typed = redactText([file, ...args.map(shown)].join(' '))
  trace(`$ ${typed}`)
  const { graceMs, survives } = { ...mannersOf(file, args), ...options }
  const name = `${context.run}-${++count}`
  const { pid, ended } = await launch({
    shell,
    words: [file, ...args.map(plain)],
    env,
    cwd: options.cwd,
    input: options.input === undefined ? undefined : plain(options.input),
    hear: options.onLine ?? ((line) => trace(`  ${line}`)),
    filed: survives ? fileOutput(name, { environment, runbook, command: typed }) : undefined,
  })
  const release = children.add(pid, file, graceMs)
  let killed = false
  const ending = await ended
    .then((how) => {
      killed = how.signal === 'SIGKILL'
      return how
    })
    .finally(() => {
      release()
      if (survives) killed ? fell(name) : forget(name)
    })
  signal.throwIfAborted()
  const { exitCode, stdout, stderr } = ending
  if (exitCode === 0 || (exitCode !== null && options.allow?.includes(exitCode))) {
    return { exitCode, stdout, stderr }
  }
  throw new CommandFailed(file, args.map(shown), ending.signal ?? exitCode ?? 'SIGKILL', stdout, stderr)
}

function plainEnvironment(env: Record<string, string | Secret | undefined>): Record<string, string> {
  const given = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, plain(value)]],
  )
  return Object.fromEntries(given)
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
