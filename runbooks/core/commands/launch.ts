import { closeSync } from 'node:fs'
import { lineFeed } from './lines'
import type { Filed } from './survivors'
import { tail } from './tail'

export interface Launch {
  shell: string
  words: string[]
  env: Record<string, string>
  cwd?: string | undefined
  input?: string | undefined
  hear(line: string, stream: 'stdout' | 'stderr'): void
  /** Where its output goes instead of a pipe, for a child that must not die with its reader. */
  filed?: Filed | undefined
}

export interface Ending {
  exitCode: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Starts a child through zx's `$`, at the head of a process group of its own. */
export async function launch({ shell, words, env, cwd, input, hear, filed }: Launch) {
  const { $ } = await import('zx')
  const child = $({
    // `exec` in the system's sh: the child replaces the shell, and a machine without bash will do.
    shell,
    prefix: filed ? `echo $$ >${quote(filed.pid)}; exec ` : 'exec ',
    postfix: '',
    quote,
    // A terminal's Ctrl-C then reaches the runbook alone, which ends the child in order.
    detached: true,
    // No open stdin: a program that asks there would wait for ever.
    stdio: [input === undefined ? 'ignore' : 'pipe', filed?.outFd ?? 'pipe', filed?.errFd ?? 'pipe'],
    env,
    nothrow: true,
    quiet: true,
    verbose: false,
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
  })`${words}`
  const out = lineFeed((line) => hear(line, 'stdout'))
  const err = lineFeed((line) => hear(line, 'stderr'))
  const tails = filed && [tail(filed.out, out.write), tail(filed.err, err.write)]
  if (!filed) {
    child.stdout.on('data', out.write)
    child.stderr.on('data', err.write)
  }
  const ended = async (): Promise<Ending> => {
    try {
      const output = await child
      const [stdout = output.stdout, stderr = output.stderr] = tails?.map(({ finish }) => finish()) ?? []
      out.end()
      err.end()
      return { exitCode: output.exitCode, signal: output.signal, stdout, stderr }
    } finally {
      if (filed) for (const fd of [filed.outFd, filed.errFd]) closeSync(fd)
    }
  }
  return { pid: child.pid, ended: ended() }
}

/** Single quotes, which every POSIX shell reads the same way. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
