import { printable } from '../core/output/printable'
import type { Mend } from './mend'
import type { Parts } from './parts'
import { isSeen, type PartName, type Snapshot } from './snapshot'

/** A quoted piece of the world, and the command that shows it. */
export interface Evidence {
  text: string
  command: string
}

/** `proven`: what AWS says leaves no other reading. `likely`: it fits, and something else could fit too. */
export type Confidence = 'proven' | 'likely'

/** What a rule has found. */
export interface Found {
  /** In one sentence. */
  cause: string
  confidence: Confidence
  evidence: Evidence[]
  /** One command. */
  fix: string
  /** The same for `--fix`, where it is safe. */
  mend?: Mend | undefined
}

/** What a rule has looked for in vain, and by what it is out of question. */
export interface Ruled {
  ruledOut: string
  by: Evidence
}

/** Looks for one cause. Pure: a snapshot in, a verdict out; undefined where there is nothing to say. */
export interface Rule {
  id: string
  family: Family
  title: string
  /** Of docs/deployment-guide.md. */
  section: string
  /** What it cannot do without: a gap there is a gap of this rule. */
  needs: PartName[]
  look(snapshot: Snapshot): Found | Ruled | undefined
}

export type Family =
  | 'image'
  | 'start'
  | 'health'
  | 'secrets'
  | 'roles'
  | 'network'
  | 'database'
  | 'cache'
  | 'model'
  | 'scaling'
  | 'capacity'
  | 'deployment'
  | 'locks'
  | 'runs'
  | 'pipeline'
  | 'symptoms'

/** The part's value, where it was seen. */
export function seen<P extends PartName>(snapshot: Snapshot, name: P): Parts[P] | undefined {
  const part = snapshot.parts[name]
  return isSeen(part) ? (part.value as Parts[P]) : undefined
}

/** Something quoted from a part. */
export function quote(snapshot: Snapshot, name: PartName, text: string): Evidence {
  return { text: printable(text), command: snapshot.parts[name]?.command ?? '' }
}

/** A value as one word of a shell. */
export const word = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${printable(text).replaceAll("'", `'\\''`)}'`

/** A runbook's command for the environment of the snapshot. */
export const runbookOf = ({ environment, region }: Snapshot, name: string) =>
  `bun runbooks/${name}.ts --environment ${environment} --region ${region}`

export const minutesBetween = (from: string | undefined, to: string) =>
  (Date.parse(to) - Date.parse(from ?? '')) / 60_000
