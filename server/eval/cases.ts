import { join } from 'node:path'

export interface Case {
  question: string
  /** The sections of which any answers it; none: it is to be handed off. */
  sections: string[]
  kind: string
}

/** `unseen.jsonl` was written when the tuning had ended: nothing was ever changed to please it. */
export async function readCases(name: 'cases.jsonl' | 'unseen.jsonl'): Promise<Case[]> {
  const text = await Bun.file(join(import.meta.dir, name)).text()
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)
}

/** A third is kept out of sight while the retrieval is tuned: its failures are counted, never shown. */
export const isHeldOut = ({ question }: Case): boolean => Number(Bun.hash.wyhash(question) % 3n) === 0
