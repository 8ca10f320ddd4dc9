import { isDeepStrictEqual } from 'node:util'
import type { LastRun, State } from '../terraform/state'

/** What is known when a version of the state is to be put back. */
export interface Restoring {
  environment: string
  account: string
  /** Undefined: what is in that version is no state file. */
  version: State | undefined
  /** Undefined: lost, or corrupted. */
  current: State | undefined
  lastRun: LastRun | undefined
  /** Whoever asks knows that what was made since that version will be unknown to Terraform. */
  acceptOlder: boolean
}

/** Why that version must not be put back; empty where it may. */
export function objections(facts: Restoring): string[] {
  const { environment, account, version, current, lastRun, acceptOlder } = facts
  if (!version) return ['it is no state file']
  const found: string[] = []
  const lineage = lastRun?.lineage ?? current?.lineage
  if (lineage && version.lineage !== lineage) {
    found.push(
      `its lineage is ${version.lineage}, that of ${environment} is ${lineage}: it is another history`,
    )
  }
  const theirs = version.outputs?.account_id?.value
  if (typeof theirs === 'string' && theirs !== account)
    found.push(`it is of account ${theirs}, not ${account}`)
  const summary = version.outputs?.deployment_summary?.value as { environment?: string } | undefined
  if (summary?.environment && summary.environment !== environment) {
    found.push(`it is the state of ${summary.environment}`)
  }
  if (acceptOlder) return found
  if (current && current.lineage === version.lineage && current.serial >= version.serial) {
    found.push(
      `the current state is whole (serial ${current.serial}): an older one (serial ${version.serial}) would make Terraform forget, and change nothing in AWS; --infrastructure --to-commit does`,
    )
  } else if (lastRun && lastRun.lineage === version.lineage && version.serial < lastRun.serial) {
    found.push(
      `its serial is ${version.serial}, the last run left ${lastRun.serial}: what was made since is not in it`,
    )
  }
  return found
}

/** One more than anybody has seen, so that no reader takes it for an old one. */
export const serialAfter = ({ version, current, lastRun }: Restoring): number =>
  Math.max(version?.serial ?? 0, current?.serial ?? 0, lastRun?.serial ?? 0) + 1

/** Whether one is the other with another serial: what a restore makes of a version. */
export function sameButSerial(one: string, other: string): boolean {
  try {
    const [{ serial: _, ...a }, { serial: __, ...b }] = [JSON.parse(one), JSON.parse(other)]
    return isDeepStrictEqual(a, b)
  } catch {
    return false
  }
}
