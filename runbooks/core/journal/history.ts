import { isCustom, type KitEvent, type Recorded } from '../events'
import { isGone } from '../lock/holder'
import type { Objects } from '../objects/objects'

type Start = KitEvent & { type: 'start' }
type Result = KitEvent & { type: 'result' }
type Who = KitEvent & { type: 'who' }

/** A run as its journal tells it, on one line. */
export interface RunRecord {
  /** The journal's name, e.g. `2026-11-23T08-20-04.123Z-deploy`. */
  name: string
  time: string
  runbook: string
  environment: string
  dryRun: boolean
  who: string
  /** `unfinished`: it runs now, or was killed on a machine that cannot be asked from here. */
  outcome: 'done' | 'failed' | 'unhealthy' | 'refused' | 'interrupted' | 'killed' | 'unfinished'
  exitCode: number | undefined
  ms: number | undefined
  /** Where the journal is. */
  place: string
}

const suffix = '.jsonl'

/** The newest runs first, of all the places given. */
export async function listRuns(
  stores: readonly Objects[],
  {
    limit = 20,
    runbook,
    environment,
    since,
  }: {
    limit?: number
    runbook?: string | undefined
    environment?: string | undefined
    since?: Date | undefined
  } = {},
): Promise<RunRecord[]> {
  const found = await Promise.all(
    stores.map(async (store) => (await store.list('journal/')).map((key) => ({ key, store }))),
  )
  // A journal's name begins with its time.
  const first = since ? `journal/${since.toISOString().replaceAll(':', '-')}` : ''
  const newest = found
    .flat()
    .filter(({ key }) => key >= first && key.endsWith(suffix))
    .filter(({ key }) => !runbook || key.endsWith(`Z-${runbook}${suffix}`))
    .sort((a, b) => (a.key < b.key ? 1 : -1))
  const records: RunRecord[] = []
  // In small groups: enough at once to be quick, and no more than is needed to fill the list.
  for (let at = 0; at < newest.length && records.length < limit; at += 10) {
    const group = newest.slice(at, at + 10).map(async ({ key, store }) => {
      const stored = await store.get(key)
      return stored && recordOf(key, store.place, parseJournal(stored.text))
    })
    for (const record of await Promise.all(group)) {
      if (record && (!environment || record.environment === environment)) records.push(record)
    }
  }
  return records.slice(0, limit)
}

/** Everything that a run's journal holds; the name may be given in part, if it is then still one. */
export async function readRun(stores: readonly Objects[], name: string): Promise<Recorded[] | undefined> {
  for (const store of stores) {
    const keys = (await store.list('journal/')).filter((key) => key.includes(name))
    const key =
      keys.find((candidate) => candidate === `journal/${name}${suffix}`) ??
      (keys.length === 1 ? keys[0] : undefined)
    const stored = key && (await store.get(key))
    if (stored) return parseJournal(stored.text)
  }
  return undefined
}

/** The journal's lines. The last one may be half written, after a kill -9. */
export function parseJournal(text: string): Recorded[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line ? [JSON.parse(line) as Recorded] : []
    } catch {
      return []
    }
  })
}

export function startOfRun(events: readonly Recorded[]): (Start & { at: string }) | undefined {
  return events.find((event): event is Start & { at: string } => event.type === 'start' && !isCustom(event))
}

function recordOf(key: string, place: string, events: readonly Recorded[]): RunRecord | undefined {
  const start = startOfRun(events)
  if (!start) return undefined
  const result = events.find(
    (event): event is Result & { at: string } => event.type === 'result' && !isCustom(event),
  )
  const who = events.find((event): event is Who & { at: string } => event.type === 'who' && !isCustom(event))
  return {
    name: key.replace(/^journal\//, '').replace(/\.jsonl$/, ''),
    time: start.at,
    runbook: start.runbook,
    environment: start.environment,
    dryRun: start.dryRun,
    who: who ? `${who.arn} (${start.user})` : start.user,
    outcome: result ? outcomeOf(result.exitCode) : isGone(start.process) ? 'killed' : 'unfinished',
    exitCode: result?.exitCode,
    ms: result && Date.parse(result.at) - Date.parse(start.at),
    place,
  }
}

function outcomeOf(exitCode: number): RunRecord['outcome'] {
  const outcomes: Record<number, RunRecord['outcome']> = {
    0: 'done',
    3: 'unhealthy',
    4: 'refused',
    130: 'interrupted',
  }
  return outcomes[exitCode] ?? 'failed'
}
