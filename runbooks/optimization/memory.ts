import type { Objects } from '../core'

/** One `--apply`: what its variables were spelled as before (null: not there), and what they were set to. */
export interface Applied {
  run: string
  at: string
  ids: string[]
  before: Record<string, string | null>
  after: Record<string, string>
  /** Addresses, without index, that going there replaced, and going back may. */
  replaces: string[]
  /** The whole file, so that to undo brings back what stood around the values too. */
  text?: { before: string; after: string }
}

const keyOf = (environment: string) => `optimize/${environment}.json`

/** What was applied and not undone, the latest last: in the state bucket, so that a colleague can undo it. */
export async function recall(objects: Objects, environment: string): Promise<Applied[]> {
  const stored = await objects.get(keyOf(environment))
  return stored ? (JSON.parse(stored.text) as Applied[]) : []
}

/** As many as anybody would go back. */
const most = 50

export async function remember(
  objects: Objects,
  environment: string,
  all: readonly Applied[],
): Promise<void> {
  await objects.put(keyOf(environment), `${JSON.stringify(all.slice(-most), null, 2)}\n`)
}
