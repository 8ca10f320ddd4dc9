import { awsOf } from '../aws/clients'
import { stackOf } from '../aws/stack'
import { type Book, Failed, listRuns, Unhealthy } from '../core'
import { wayIn } from '../core/explain/way-in'
import { fromJournals } from '../history/stores'
import type { Level } from '../logs/entry'
import { isWanted } from '../logs/wanted'
import { secondsOf } from '../monitoring/window'
import { collectTimeline } from './collect'
import { kinds } from './entry'

export interface TimelineOptions {
  since?: string | undefined
  level?: Level | undefined
  grep?: string | undefined
}

/** Everything that happened, in one list: what runbooks did, what AWS did, and what the chatbot said. */
export async function tellTimeline(book: Book, { since = '1h', level, grep }: TimelineOptions) {
  const from = new Date(Date.now() - secondsOf(since)! * 1_000)
  const { entries, gaps } = await book.read('Look at what happened', () =>
    timelineOf(book, book.environment, from),
  )
  const wanted = { level, grep: grep ? new RegExp(grep) : undefined }
  const timeline = entries.filter((one) =>
    isWanted(one.text, { ...one, event: undefined, fields: {} }, wanted),
  )
  await book.logs(
    timeline.map(({ at, kind, level, text }) => ({ time: at, source: kind, level, message: text })),
  )
  const blind = gaps.filter(({ partly }) => !partly)
  if (blind.length === kinds.length)
    throw new Failed(`The timeline: nothing could be seen: ${blind[0]!.reason}`, { next: await wayIn(book) })
  for (const { kind, reason, partly } of gaps) if (partly) book.warn(`${kind}: ${reason}`)
  const data = { since: from.toISOString(), timeline, gaps }
  if (blind.length === 0) return data
  const told = blind.map(
    ({ kind, reason, permission }) => `${kind} (${reason}${permission ? `; it needs ${permission}` : ''})`,
  )
  throw new Unhealthy(`The timeline lacks what could not be looked at: ${told.join('; ')}`, { data })
}

/** What happened in an environment since then, as far as it could be looked at. */
export function timelineOf(book: Book, environment: string, since: Date) {
  return collectTimeline({
    aws: awsOf(book),
    stack: stackOf(environment),
    since,
    signal: book.signal,
    runs: (first) => runsSince(book, environment, first),
  })
}

/** The runs of the team, or of this machine while there is no bucket; a bucket that cannot be read is a gap. */
async function runsSince(book: Book, environment: string, since: Date) {
  const { found, gap } = await fromJournals(book, (places) =>
    listRuns(places, { environment, since, limit: 500 }),
  )
  if (gap?.unread) throw new Error(gap.text)
  return found
}
