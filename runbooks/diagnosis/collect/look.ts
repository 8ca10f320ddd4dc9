import type { Aws } from '../../aws/clients'
import type { Stack } from '../../aws/stack'
import { sentence } from '../../core/explain/explain'
import { within } from '../../core/run/within'
import type { Gap, Part } from '../snapshot'
import { isSeen } from '../snapshot'
import type { Pipeline } from './pipeline'

/** Where a look takes place. */
export interface Place {
  aws: Aws
  stack: Stack
  region: string
  /** Of Terraform's state, the locks and the journal. */
  bucket: () => Promise<string>
  /** Where a GitHub token was given. */
  pipeline?: Pipeline | undefined
  now: Date
}

/** What one part may take: whoever looks for a cause at night is not kept waiting by one silent service. */
export const patience = 8_000

/** Looks at one part. What is denied, late or broken is a gap with its reason; what is left out is said. */
export async function look<T>(
  command: string,
  fetch: (partly: (text: string) => void) => Promise<T>,
): Promise<Part<T>> {
  let partly: string | undefined
  const leaveOut = (text: string) => {
    partly = text
  }
  try {
    const value = await within(patience, fetch(leaveOut))
    return { value, command, ...(partly && { partly }) }
  } catch (error) {
    return gapOf(command, error)
  }
}

export function gapOf(command: string, error: unknown): Gap {
  const { name = '', message = '' } = (error ?? {}) as Error
  const denied = /AccessDenied|Unauthorized|Forbidden/.test(name)
  const permission = denied ? message.match(/perform:?\s+([\w-]+:\w+)/)?.[1] : undefined
  return { reason: sentence(error), command, ...(permission && { permission }) }
}

/** Looks at a part that needs another one, which may be a gap itself. */
export async function lookAfter<A, B>(
  earlier: Promise<Part<A>>,
  { what, command }: { what: string; command: (value: A) => string },
  fetch: (value: A) => Promise<B>,
): Promise<Part<B>> {
  const part = await earlier
  if (!isSeen(part))
    return { reason: `it is found by way of ${what}, which could not be looked at`, command: part.command }
  return look(command(part.value), () => fetch(part.value))
}

/** A part's value, or what stands in where it is a gap: for looks that can do with less. */
export async function orElse<T>(part: Promise<Part<T>>, otherwise: T): Promise<T> {
  const found = await part
  return isSeen(found) ? found.value : otherwise
}

export const iso = (date: Date | undefined) => date?.toISOString()

/** The answer, or undefined where there is no such thing. */
export async function unless<T>(missing: RegExp, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (missing.test((error as Error).name)) return undefined
    throw error
  }
}
