import { printable } from '../../core/output/printable'
import { entryOf } from '../../logs/entry'
import type { Verdict } from '../check'

export interface Kind {
  name: string
  count: number
  first: number
  last: number
}

/** Counts errors by what they are called, or by their words without what differs from one to the next. */
export function kindsOfErrors() {
  const kinds = new Map<string, Kind>()
  return {
    take({ at, message }: { at: number; message: string }): void {
      const { level, event, fields } = entryOf(message)
      if (level !== 'error' || isExcerpt(message)) return
      const own = event === 'request' ? requestOf(fields) : (event ?? wordsOf(message))
      const name = kinds.has(own) || kinds.size < most ? own : 'of other kinds'
      const { count, first, last } = kinds.get(name) ?? { count: 0, first: at, last: at }
      kinds.set(name, { name, count: count + 1, first: Math.min(first, at), last: Math.max(last, at) })
    },
    list: (): Kind[] => [...kinds.values()].sort((a, b) => b.count - a.count),
  }
}

/** However strange a log is, a list of its kinds ends somewhere; all others are counted together. */
const most = 200

/** Of a crash Bun prints the lines of source around it, too. */
const isExcerpt = (message: string) => /^\s*\d+ \|/.test(message)

/** An answer that was an error is of the kind of its status, not of "request". */
const requestOf = ({ status, method, path }: Record<string, unknown>) =>
  [status, method, path].filter((part) => part !== undefined).join(' ') || 'request'

/** Numbers, ids and addresses are of one line; the words are of the kind. */
const wordsOf = (message: string) =>
  printable(message, 200)
    .replace(/\b[0-9a-f]{8,}(-[0-9a-f]{4,})*\b/gi, '#')
    .replace(/\d+/g, '#')
    .slice(0, 80)
    .trim()

export function judgeErrors(kinds: Kind[], environment: string, partly?: string): Verdict {
  const all = kinds.reduce((sum, { count }) => sum + count, 0)
  return {
    evidence: all === 0 ? 'no error in the logs' : `${all} errors of ${kinds.length} kinds`,
    findings: kinds.slice(0, 10).map(({ name, count, first, last }) => ({
      text: `${count} × ${printable(name, 120)}, ${first === last ? `at ${time(first)}` : `from ${time(first)} to ${time(last)}`}`,
      fix: `bun runbooks/monitor.ts logs --environment ${environment} --level error --since 7d`,
    })),
    partly,
  }
}

const time = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
