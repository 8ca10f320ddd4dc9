import type { Fallen } from '../core'

/** What Terraform says of a state's lock that it could not have. */
export type StateLock = { id: string; who: string; created: Date }

/** Reads the `Lock Info` of Terraform's refusal. */
export function stateLockIn(printed: string): StateLock | undefined {
  if (!printed.includes('Error acquiring the state lock')) return undefined
  const field = (name: string) => printed.match(new RegExp(`^\\W*${name}:[ \\t]+(.+?)[ \\t]*$`, 'm'))?.[1]
  const [id, who, created] = [field('ID'), field('Who'), field('Created')]
  // Go prints `2026-11-23 11:15:49.343048565 +0000 UTC`.
  const [day, time] = created?.split(' ') ?? []
  const at = new Date(`${day}T${time?.replace(/(\.\d{3})\d*$/, '$1')}Z`)
  if (!id || !who || Number.isNaN(at.getTime())) return undefined
  return { id, who, created: at }
}

/** How long after its last sign of life a child may still have taken the lock: from its first line to the bucket's answer. */
const silence = 30_000

/**
 * Whether the lock is one that a Terraform of ours held when it was killed: somebody on this machine took it
 * while that one lived, and Terraform lets nobody else in meanwhile.
 */
export function leftBy(lock: StateLock, fallen: readonly Fallen[], host: string): boolean {
  return (
    lock.who.endsWith(`@${host}`) &&
    fallen.some(({ since, until }) => lock.created >= since && +lock.created <= +until + silence)
  )
}
