import { explains } from './explains'
import type { Blind, Finding, RuledOut } from './judge'
import type { Rule } from './rule'

/** A rival of what is only likely: it would explain the same, and nobody could look whether it is there. */
export interface Possible {
  id: string
  title: string
  section: string
  /** What has to be looked at, and how. */
  part: string
  command: string
  permission?: string
}

interface Judged {
  findings: Finding[]
  ruledOut: RuledOut[]
  gaps: Blind[]
}

/** How many hypotheses are worth a reader's time. */
export const hypotheses = 3

/** Beside causes of which none is proven: what would explain the first of them, the one that explains least else first. */
export function possibleBeside({ findings, ruledOut, gaps }: Judged, rules: Rule[]): Possible[] {
  const [first] = findings
  if (!first || findings.some(({ confidence }) => confidence === 'proven')) return []
  const judged = new Set(
    [...ruledOut, ...findings, ...findings.flatMap(({ consequences }) => consequences)].map(({ id }) => id),
  )
  const explaining = rules
    .filter(({ id }) => !judged.has(id) && explains[id]?.includes(first.id))
    .toSorted((a, b) => explains[a.id]!.length - explains[b.id]!.length)
  return explaining
    .flatMap(({ id, title, section }): Possible[] => {
      const gap = gaps.find(({ hides }) => hides.includes(id))
      if (!gap) return []
      const { part, command, permission } = gap
      return [{ id, title, section, part, command, ...(permission && { permission }) }]
    })
    .slice(0, hypotheses - findings.length)
}
