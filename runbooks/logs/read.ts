import type { LogEvent } from './entry'
import { Merge, type Merged } from './merge'

export interface Page {
  events: LogEvent[]
  /** Leads to the next page; an empty one may still have it. */
  token: string | undefined
}

/** A log that can be asked for what was written between two moments, sorted by time, in pages. */
export interface LogSource {
  /** `lost` where the token is good no more. */
  page(wanted: { from: number; to: number; token: string | undefined }): Promise<Page | 'lost'>
  now(): number
  /** Throws when the reader has had enough. */
  sleep(ms: number): Promise<void>
}

/** How long events are held back for earlier ones: the delay of the log's driver is learned from the log, within this. */
const hold = { least: 2_000, most: 9_000, more: 1_000 }

/** How far back a look begins, for events that come late: five minutes, or as many events as are cheap to remember. */
const reach = { ms: 5 * 60_000, events: 30_000 }

/** So many events are looked at again each time; where there are more, now and then, and the newest each time. */
const cheap = 8_000
const farEvery = 10_000

const every = 1_000

/** A look's end: a clock that is behind CloudWatch's must not hide what was just written. */
const future = 10 * 60_000

/** The log since then, in batches, in the order it was written and each event once; with `follow` without an end. */
export async function* read(
  source: LogSource,
  { since, follow }: { since: number; follow: boolean },
): AsyncGenerator<Merged[], void> {
  const merge = new Merge()
  let floor = since
  let near = since
  let farLook = 0
  let delay = 0
  /** How far CloudWatch's clock is ahead of this one. */
  let ahead = 0

  function learn(events: readonly LogEvent[]): void {
    for (const { at, ingested } of events) {
      ahead = Math.max(ahead, ingested - source.now())
      if (ingested - at <= hold.most - hold.more) delay = Math.max(delay, ingested - at)
    }
  }

  for (;;) {
    const began = source.now()
    const now = () => began + ahead
    // Whoever does not follow waits for nothing that is still on its way.
    const settled = () =>
      follow ? now() - Math.min(Math.max(delay + hold.more, hold.least), hold.most) : Number.POSITIVE_INFINITY
    const far = merge.remembered <= cheap || began - farLook >= farEvery
    if (far) farLook = began
    let last = far ? floor : near
    for await (const events of pages(source, last, now() + future)) {
      learn(events)
      merge.take(events)
      last = events.reduce((latest, { at }) => Math.max(latest, at), last)
      // Pages come in order: what was written before the end of this one is complete.
      const batch = merge.give(Math.min(last - 1, settled()))
      if (batch.length > 0) yield batch
      forget(last - hold.least)
      // What was written since the look began is the next one's, or a busy log would be one look without an end.
      if (follow && last > now() + every) break
    }
    const batch = merge.give(settled())
    if (batch.length > 0) yield batch
    if (!follow) return
    forget(settled())
    near = Math.max(floor, settled())
    await source.sleep(Math.max(0, every - (source.now() - began)))

    /** Never again is anything looked at that is not remembered: it would be told twice. */
    function forget(atMost: number): void {
      const old = Math.max(now() - reach.ms, merge.sinceWhen(reach.events))
      floor = Math.max(floor, Math.min(old, atMost))
      merge.forget(floor)
    }
  }
}

/** The pages of one look. Where a token is lost, the look goes on from the latest event: what comes twice is known. */
async function* pages(source: LogSource, since: number, to: number): AsyncGenerator<LogEvent[]> {
  let from = since
  let last = since
  let token: string | undefined
  let lost = 0
  for (;;) {
    const page = await source.page({ from, to, token })
    if (page === 'lost') {
      lost = last > from ? 1 : lost + 1
      if (lost > 3) throw new Error('Read the log: CloudWatch does not know its own page tokens')
      from = last
      token = undefined
      continue
    }
    for (const { at } of page.events) last = Math.max(last, at)
    yield page.events
    token = page.token
    if (token === undefined) return
  }
}
