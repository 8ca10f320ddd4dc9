import { type Book, localObjects, type Objects, type Recorded } from '../core'
import { home } from '../core/home'
import { parseJournal, startOfRun } from '../core/journal/history'
import type { Rollback } from './past'

/** Whether the run of a rollback came to say that it was done; where no journal knows, it is believed to have. */
export async function hasEnded(book: Book, { run, at }: Rollback): Promise<boolean> {
  for (const store of [localObjects(home()), await book.state()]) {
    const journal = await journalOf(store, run, at)
    if (journal) return journal.some((event) => event.type === 'result' && 'ok' in event && event.ok === true)
  }
  return true
}

/** Journals are called by the time they begin: the run's own is the last that began before its mark. */
async function journalOf(store: Objects, run: string, at: Date): Promise<Recorded[] | undefined> {
  const latest = `journal/${at.toISOString().replaceAll(':', '-')}`
  const keys = (await store.list('journal/'))
    .filter((key) => key.endsWith('Z-rollback.jsonl') && key <= `${latest}-rollback.jsonl`)
    .sort()
    .slice(-5)
  for (const key of keys.reverse()) {
    const events = parseJournal((await store.get(key))?.text ?? '')
    if (startOfRun(events)?.run === run) return events
  }
  return undefined
}
