import { awsOf } from '../aws/clients'
import { stackOf } from '../aws/stack'
import { type Book, Interrupted } from '../core'
import { sentence } from '../core/explain/explain'
import { secondsOf } from '../monitoring/window'
import { entryOf, type Level } from './entry'
import type { Merged } from './merge'
import { read } from './read'
import { logSource } from './source'
import { isWanted } from './wanted'

export interface LogOptions {
  since?: string | undefined
  follow?: boolean | undefined
  /** The same. */
  followLogs?: boolean | undefined
  grep?: string | undefined
  level?: Level | undefined
  request?: string | undefined
}

/** Tells the log of all tasks in the order it was written; with `follow` until somebody ends it. */
export async function tellLogs(book: Book, { since = '10m', follow, followLogs, ...narrow }: LogOptions) {
  const { logGroup: group } = stackOf(book.environment)
  const wanted = { ...narrow, grep: narrow.grep ? new RegExp(narrow.grep) : undefined }
  const source = logSource({
    aws: awsOf(book),
    group,
    signal: book.signal,
    word: narrow.request,
    waiting: (why) => book.warn(`The log is waited for: ${sentence(why)}`),
    next: `bun runbooks/deploy.ts --environment ${book.environment}`,
  })
  const told = { lines: 0, late: 0 }
  const from = Date.now() - secondsOf(since)! * 1_000
  for await (const batch of read(source, { since: from, follow: follow || followLogs || false })) {
    const lines = batch.flatMap((event) => lineOf(event, wanted))
    told.lines += lines.length
    told.late += lines.filter(({ late }) => late).length
    if (lines.length > 0) await book.logs(lines)
    if (book.signal.aborted) throw new Interrupted()
  }
  return { group, since: new Date(from).toISOString(), ...told }
}

function lineOf({ at, stream, message, late }: Merged, wanted: Parameters<typeof isWanted>[2]) {
  const entry = entryOf(message)
  if (!isWanted(message, entry, wanted)) return []
  const source = stream.split('/').at(-1) ?? stream
  const time = new Date(at).toISOString()
  return [{ time, source, level: entry.level, message, ...(late && { late }) }]
}
