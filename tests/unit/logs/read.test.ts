import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { LogEvent } from '../../../runbooks/logs/entry'
import type { Merged } from '../../../runbooks/logs/merge'
import { type LogSource, type Page, read } from '../../../runbooks/logs/read'

const start = Date.UTC(2026, 10, 23, 15)
const second = 1_000

/** What a log holds: written then, and there to be read from then. */
interface Line {
  at: number
  arrives: number
}

class Enough extends Error {}

/**
 * A log as CloudWatch keeps one, on a clock of its own: an event is found once it has arrived, pages are sorted by time
 * and then by arrival, may be empty, and their tokens may be lost.
 */
function logOf(lines: Line[], { size = 50, until = 60 * second, moody = 0, skew = 0 } = {}) {
  const events = lines
    .map(
      ({ at, arrives }, i): LogEvent => ({
        id: `e${i}`,
        at: start + at,
        ingested: start + arrives,
        stream: `app/c/t${i % 3}`,
        message: `line ${i}`,
      }),
    )
    .sort((a, b) => a.at - b.at || a.ingested - b.ingested || a.id.localeCompare(b.id))
  const asked = { pages: 0, events: 0 }
  let clock = start
  const source: LogSource = {
    now: () => clock - skew,
    async sleep(ms) {
      clock += ms
      if (clock > start + until) throw new Enough()
    },
    async page({ from, to, token }): Promise<Page | 'lost'> {
      clock += 20
      asked.pages++
      if (moody > 0 && asked.pages % moody === 0) return token ? 'lost' : { events: [], token: '0' }
      const there = events.filter((event) => event.ingested <= clock && event.at >= from && event.at <= to)
      const begin = token === undefined ? 0 : there.findIndex(({ id }) => id === token) + 1
      const page = there.slice(begin, begin + size)
      asked.events += page.length
      return { events: page, token: begin + size < there.length ? page.at(-1)!.id : undefined }
    },
  }
  return { source, events, asked }
}

async function told(source: LogSource, options: { since: number; follow: boolean }): Promise<Merged[]> {
  const all: Merged[] = []
  try {
    for await (const batch of read(source, options)) all.push(...batch)
  } catch (error) {
    if (!(error instanceof Enough)) throw error
  }
  return all
}

const ids = (events: { id: string }[]) => events.map(({ id }) => id).sort()
const times = (events: { at: number }[]) => events.map(({ at }) => at)
const ascending = (list: number[]) => list.toSorted((a, b) => a - b)

/** Lines of the half minute that is followed, each with its delay; and some from before, by which it is known. */
const linesWith = (delay: number) =>
  fc.array(
    fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 9 }), fc.nat(delay)).map(
      // Few distinct moments: equal timestamps are the rule on a busy server.
      ([seconds, tenths, late]): Line => ({
        at: seconds * second + tenths * 100,
        arrives: seconds * second + tenths * 100 + late,
      }),
    ),
    { maxLength: 300 },
  )

describe('read', () => {
  test('follow: every line once and in order, whatever the pages, within the delay that the log has shown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 900, 4_000, 7_900),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 7),
        fc.gen(),
        async (delay, size, moody, gen) => {
          const before: Line = { at: -10 * second, arrives: -10 * second + delay }
          const log = logOf([before, ...gen(linesWith, delay)], { size, moody: size < 5 ? 0 : moody })
          const all = await told(log.source, { since: start - 60 * second, follow: true })
          expect(ids(all)).toEqual(ids(log.events))
          expect(times(all)).toEqual(ascending(times(all)))
          expect(all.filter(({ late }) => late)).toEqual([])
        },
      ),
      { numRuns: 150, seed: 5 },
    )
  })

  test('follow: a line that comes minutes late is told once, and marked', async () => {
    await fc.assert(
      fc.asyncProperty(linesWith(4 * 60 * second), fc.integer({ min: 5, max: 40 }), async (lines, size) => {
        const log = logOf(lines, { size, until: 6 * 60 * second })
        const all = await told(log.source, { since: start - 60 * second, follow: true })
        expect(ids(all)).toEqual(ids(log.events))
        let latest = 0
        for (const { at, late } of all) {
          expect(late).toBe(at < latest)
          latest = Math.max(latest, at)
        }
      }),
      { numRuns: 60, seed: 5 },
    )
  })

  test('without follow: what is there, once, in order, and an end', async () => {
    const lines = Array.from({ length: 1_000 }, (_, i) => ({ at: -i * 10, arrives: -i * 9 }))
    const log = logOf(lines, { size: 33, moody: 5 })
    const all = await told(log.source, { since: start - 5 * second, follow: false })
    expect(ids(all)).toEqual(ids(log.events.filter(({ at }) => at >= start - 5 * second)))
    expect(times(all)).toEqual(ascending(times(all)))
  })

  test('a clock that is minutes behind, or ahead of, CloudWatch hides nothing', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => ({ at: i * 100, arrives: i * 100 + 200 }))
    for (const minutes of [3, -3]) {
      const log = logOf(lines, { skew: minutes * 60 * second, until: 30 * second })
      const all = await told(log.source, { since: start - 600 * second, follow: true })
      expect(ids(all)).toEqual(ids(log.events))
      if (minutes > 0) expect(times(all)).toEqual(ascending(times(all)))
    }
  })

  test('a token that is lost for ever is an error, not a loop', async () => {
    const log = logOf([
      { at: -10, arrives: -10 },
      { at: -9, arrives: -9 },
    ])
    const source: LogSource = {
      ...log.source,
      page: async (wanted) => (wanted.token ? 'lost' : { events: log.events.slice(0, 1), token: 'never' }),
    }
    await expect(told(source, { since: start - second, follow: false })).rejects.toThrow(/page tokens/)
  })

  test('5,000 lines a second for a minute: bounded re-reading, and as many are remembered after it as after half of it', async () => {
    const lines = Array.from({ length: 60 * 5_000 }, (_, i) => ({ at: i / 5, arrives: i / 5 + (i % 1_500) }))
    const log = logOf(lines, { size: 10_000, until: 70 * second })
    const seen = await told(log.source, { since: start, follow: true })
    expect(seen.length).toBe(lines.length)
    expect(new Set(ids(seen)).size).toBe(lines.length)
    expect(times(seen)).toEqual(ascending(times(seen)))
    expect(log.asked.events / lines.length).toBeLessThan(6)
  }, 30_000)
})
