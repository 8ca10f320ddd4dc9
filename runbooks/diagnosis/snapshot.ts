import type { Parts } from './parts'

/** What was seen, and the AWS CLI line that fetches the same. */
export interface Seen<T> {
  value: T
  command: string
  /** What was left out, where there was more than a look may take. */
  partly?: string
}

/** What could not be looked at, why, and the permission that is missing where that is why. Never taken for well. */
export interface Gap {
  reason: string
  command: string
  permission?: string
}

export type Part<T> = Seen<T> | Gap

export type PartName = keyof Parts

/** One look at an environment: JSON, without a secret's value, so that it can be judged on another machine. */
export interface Snapshot {
  format: typeof format
  /** When it was taken; the rules know no other clock. */
  at: string
  environment: string
  region: string
  parts: { [P in PartName]?: Part<Parts[P]> }
}

export const format = 'tria-troubleshoot/1'

export function isSeen<S extends Seen<unknown>>(part: Gap | S | undefined): part is S {
  return part !== undefined && 'value' in part
}

/** The text of a snapshot file undone, or what is wrong with it. */
export function parseSnapshot(text: string): Snapshot | string {
  let value: Partial<Snapshot> | null
  try {
    value = JSON.parse(text) as Partial<Snapshot> | null
  } catch {
    return 'it is not JSON'
  }
  if (value?.format !== format) return `its format is ${JSON.stringify(value?.format)}, not ${format}`
  if (typeof value.parts !== 'object' || value.parts === null) return 'it has no parts'
  if (Number.isNaN(Date.parse(value.at ?? ''))) return 'it does not say when it was taken'
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(value.environment ?? ''))
    return 'it does not say of which environment it is'
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(value.region ?? '')) return 'it does not say of which region it is'
  return value as Snapshot
}
