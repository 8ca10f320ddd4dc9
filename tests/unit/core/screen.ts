import { join } from 'node:path'
import { fixturePath } from './fixture'

const escapeCode = '\x1b'
/** A control sequence with its final letter, the two line controls, or text. */
const tokens = new RegExp(`${escapeCode}\\[[?\\d;]*([A-Za-z])|\\r|\\n|[^${escapeCode}\\r\\n]+`, 'g')

/** What a terminal shows after what was written to it: as much of one as the kit's output needs. */
export function screenOf(written: string): string[] {
  const rows = ['']
  let row = 0
  let column = 0
  for (const [token, final] of written.matchAll(tokens)) {
    if (token === '\r') column = 0
    else if (token === '\n') rows[++row] ??= ''
    else if (final === 'A') row = Math.max(0, row - Number(token.slice(2, -1)))
    else if (final === 'J') {
      rows.length = row + 1
      rows[row] = rows[row]!.slice(0, column)
    } else if (!final) {
      rows[row] = rows[row]!.slice(0, column).padEnd(column) + token + rows[row]!.slice(column + token.length)
      column += token.length
    }
  }
  return rows.map((line) => line.trimEnd())
}

export interface OnTerminal {
  columns?: number
  rows?: number
  /** Typed when the screen shows the text, in this order. */
  keys?: [shown: string, typed: string][]
}

/** Runs a fixture runbook on a terminal of its own, with a person at the keys. */
export async function runOnTerminal(
  name: string,
  args: string[],
  env: Record<string, string>,
  options: OnTerminal = {},
) {
  const cwd = join(import.meta.dir, '..', '..', '..')
  return onTerminal([process.execPath, fixturePath(name), ...args], { cwd, env, ...options })
}

/** Runs a program on a terminal of its own. */
export async function onTerminal(
  words: string[],
  {
    cwd,
    env,
    columns = 80,
    rows = 24,
    keys = [],
  }: OnTerminal & { cwd: string; env: Record<string, string | undefined> },
) {
  let written = ''
  const pending = [...keys]
  const decoder = new TextDecoder()
  const child = Bun.spawn(words, {
    cwd,
    env: { TERM: 'xterm-256color', ...env },
    terminal: {
      cols: columns,
      rows,
      data(terminal, bytes) {
        written += decoder.decode(bytes, { stream: true })
        const [next] = pending
        if (!next || !written.includes(next[0])) return
        pending.shift()
        terminal.write(next[1])
      },
    },
  })
  const exitCode = await child.exited
  // The last bytes may still be on their way through the terminal.
  await Bun.sleep(50)
  return { exitCode, written, screen: screenOf(written) }
}
