import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import type { Book } from '../core'
import { sentence } from '../core/explain/explain'

/** Something to be done, and how. */
export interface Finding {
  text: string
  fix: string
}

/** What was seen, in a sentence, and what to do about it. Pure judges say this. */
export interface Verdict {
  evidence: string
  findings: Finding[]
  /** What was left out, where there was more than a look may take: what is not seen is not well. */
  partly?: string | undefined
}

export interface Place {
  aws: Aws
  stack: Stack
  region: string
  now: Date
  signal: AbortSignal
  command: Book['command']
}

/** One line of the guide's lists (7.4). */
export interface Check {
  id: string
  title: string
  look(place: Place): Promise<Verdict>
}

export interface Checked {
  id: string
  title: string
  status: 'ok' | 'finding' | 'unknown'
  evidence: string
  findings: Finding[]
}

/** What cannot be looked at is unknown, never well. */
export async function runCheck({ id, title, look }: Check, place: Place): Promise<Checked> {
  try {
    const { evidence, findings, partly } = await look(place)
    const status = findings.length > 0 ? 'finding' : partly ? 'unknown' : 'ok'
    return { id, title, status, evidence: [evidence, partly].filter(Boolean).join('; '), findings }
  } catch (error) {
    place.signal.throwIfAborted()
    return { id, title, status: 'unknown', evidence: sentence(error), findings: [] }
  }
}
