import { join } from 'node:path'

export interface Case {
  question: string
  /** The sections of which any answers it; none: it is to be handed off. */
  sections: string[]
  kind: string
}

/**
 * `cases.jsonl` is what the retrieval is tuned on, but for a third of it. Of `unseen.jsonl` only rates are printed, never a
 * case; it came with the same commit as the tuning, so that its rates are a second opinion and no proof. The last 130
 * hand-offs of `cases.jsonl` are by the author of `knowledge/asked/not-covered.md`: their rates flatter. The cases of
 * `independent.jsonl` were written from the documents alone, by somebody who saw neither the other questions nor the
 * retrieval; who learned saw neither the cases nor their rates: they judge. A case that is looked at no longer does.
 */
export async function readCases(name: 'cases.jsonl' | 'unseen.jsonl' | 'independent.jsonl'): Promise<Case[]> {
  const text = await Bun.file(join(import.meta.dir, name)).text()
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)
}

/**
 * The third of the cases, by a hash of the question, whose failures `run.ts --failures` counts and does not list. That is
 * all that keeps them apart: the file is open to whoever reads it.
 */
export const isHeldOut = ({ question }: Case): boolean => Number(Bun.hash.wyhash(question) % 3n) === 0
