import type { Level } from '../logs/entry'

export const kinds = ['runbook', 'deployment', 'service', 'scaling', 'task', 'alarm', 'log'] as const
export type Kind = (typeof kinds)[number]

/** Something that happened. */
export interface Entry {
  at: string
  kind: Kind
  level: Level
  text: string
  /** The task that it happened to, where it is one's. */
  task?: string | undefined
}

/** A kind of things that could not be looked at, or only in part. */
export interface Gap {
  kind: Kind
  reason: string
  permission?: string | undefined
  /** The rest of them is there. */
  partly?: true
}

/** What happened since then, of all kinds in one order; at the same moment, what was decided comes before what followed. */
export function merge(sources: readonly Entry[][], since: string): Entry[] {
  return sources
    .flat()
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at.localeCompare(b.at) || kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
}
