import { type Book, Failed, type Objects, type Recorded, readRun } from '../core'
import { fromJournals } from './stores'

/** The run of that name, or the only one whose name has that part. */
export async function theRun(book: Book, part: string): Promise<{ name: string; events: Recorded[] }> {
  const { found, gap } = await fromJournals(book, (places) => find(places, part))
  if (gap) book.warn(gap.text)
  const [name, ...more] = found.names
  if (name && found.events && more.length === 0) return { name, events: found.events }
  const why = name
    ? `${found.names.length} runs have that in their names: ${found.names.slice(0, 5).join(', ')}${more.length > 4 ? ', ...' : ''}`
    : 'no run has that name'
  throw new Failed(`Show run ${part}: ${why}`, {
    next: `bun runbooks/history.ts --all --environment ${book.environment}`,
  })
}

async function find(places: Objects[], part: string) {
  const keys = (await Promise.all(places.map((place) => place.list('journal/')))).flat()
  const all = [...new Set(keys.flatMap((key) => key.match(/^journal\/(.+)\.jsonl$/)?.[1] ?? []))]
  // To look at the history is a run as well, often of the same second; it is not what is looked for.
  const like = all.filter((name) => name.includes(part))
  const meant = like.filter((name) => part.includes('history') || !name.endsWith('-history'))
  const names = all.includes(part) ? [part] : meant.sort().reverse()
  const events = names.length === 1 ? await readRun(places, names[0]!) : undefined
  return { names, events }
}
