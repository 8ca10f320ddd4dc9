import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Aws } from '../aws'
import { isCustom, type Recorded, type Sink } from '../events'
import { home } from '../home'
import { isGone } from '../lock/holder'
import { localObjects } from '../objects/local'
import type { Objects } from '../objects/objects'
import { within } from '../run/within'
import { parseJournal, startOfRun } from './history'

/** Passing moments; everything else of a run is worth keeping. */
const passing = new Set(['step.waiting', 'step.line', 'trace', 'summary', 'table', 'logs'])

const uploadEvery = 30_000
/** A run is over when its result is printed; keeping its journal may not hold it up much longer. */
const patience = 4000

export interface Journal extends Sink {
  /** From now on, or from a little later, it is put into the state bucket now and then, as soon as the bucket is known. */
  follow(aws: Aws, laterMs?: number): void
  /** Puts it, and what earlier runs left here, into the state bucket; without one it stays here. */
  keep(aws: Aws): Promise<void>
}

/** Written line by line as things happen, so that a kill -9 leaves what was done. */
export function openJournal(runbook: string): Journal {
  const page = openPage(runbook)
  let timer: Timer | undefined
  let asking: Timer | undefined
  let named = false
  function take(event: Recorded) {
    if (event.type === 'who') named = true
    if (isCustom(event) || !passing.has(event.type)) page.write(`${JSON.stringify(event)}\n`)
  }
  return {
    take,
    follow(aws, laterMs = 0) {
      // Asked for early, so that nobody waits for the answer at the end. No answer is no trouble here.
      const ask = () => void aws.state().catch(() => {})
      if (laterMs === 0) ask()
      else asking = setTimeout(ask, laterMs)
      timer = setInterval(async () => {
        const store = aws.known()
        if (store?.shared) await store.put(page.key, page.text()).catch(() => {})
      }, uploadEvery)
      timer.unref()
    },
    async keep(aws) {
      clearTimeout(asking)
      clearInterval(timer)
      try {
        const identity = await within(patience, aws.identity())
        // A short run is over before AWS has said who it was.
        if (!named) take({ type: 'who', ...identity, at: new Date().toISOString() })
        // Whether there is a bucket, its own answer says: nobody waits to have asked first.
        const store = await aws.bucket()
        await within(patience, store.put(page.key, page.text()))
        page.remove()
        await within(patience, moveEarlier(store, identity.account))
      } catch {
        // It is kept here, and the next run that reaches the bucket takes it along.
      } finally {
        page.close()
      }
    },
  }
}

interface Page {
  key: string
  write(line: string): void
  text(): string
  remove(): void
  close(): void
}

/** A new file of this moment; two runs of the same millisecond get two names. */
function openPage(runbook: string): Page {
  for (let ms = Date.now(); ; ms++) {
    const key = `journal/${new Date(ms).toISOString().replaceAll(':', '-')}-${runbook}.jsonl`
    const path = join(home(), key)
    try {
      mkdirSync(dirname(path), { recursive: true })
      const fd = openSync(path, 'wx', 0o600)
      return {
        key,
        write: (line) => void writeSync(fd, line),
        text: () => readFileSync(path, 'utf8'),
        remove: () => rmSync(path, { force: true }),
        close: () => closeSync(fd),
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return pageInMemory(key)
    }
  }
}

/** Where nothing can be written, an emergency must still be able to act; the bucket gets its journal at the end. */
function pageInMemory(key: string): Page {
  const lines: string[] = []
  return {
    key,
    write: (line) => void lines.push(line),
    text: () => lines.join(''),
    remove: () => {},
    close: () => {},
  }
}

/** Journals of runs that had no bucket, or were killed. One that is known to be of another account stays. */
async function moveEarlier(store: Objects, account: string): Promise<void> {
  for (const key of await localObjects(home()).list('journal/')) {
    const text = readFileSync(join(home(), key), 'utf8')
    const events = parseJournal(text)
    const start = startOfRun(events)
    const elsewhere = events.some(
      (event) => event.type === 'who' && 'account' in event && event.account !== account,
    )
    const over = events.some((event) => event.type === 'result')
    if (elsewhere || !(over || (start && isGone(start.process)))) continue
    await store.put(key, text)
    rmSync(join(home(), key), { force: true })
  }
}
