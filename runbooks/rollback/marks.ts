import type { Aws } from '../aws/clients'
import { markRevision } from '../aws/revisions'
import type { Rollback } from './past'

/** A tag value takes letters, digits, space and `_.:/=+-@` only: `from=tria-aibpo-staging-task:7 at=... run=...`. */
export const writeRollback = ({ from, at, run }: Rollback) => `from=${from} at=${at.toISOString()} run=${run}`

/** Undefined where nothing is written, or nothing that can be understood. */
export function readRollback(value: string | undefined): Rollback | undefined {
  const [, from, time, run] = value?.match(/^from=(\S+) at=(\S+) run=(\S+)$/) ?? []
  const at = new Date(time ?? '')
  return from && run && !Number.isNaN(at.getTime()) ? { from, at, run } : undefined
}

/** Says on a revision that a rollback goes to it, so that the same command goes on where a killed one was. */
export const markGoing = (aws: Aws, arn: string, rollback: Rollback) =>
  markRevision(aws, arn, { rollback: writeRollback(rollback) })

/** Says on a revision that a rollback has left it: the next one does not come back to it by itself. */
export const markLeft = (aws: Aws, arn: string) => markRevision(aws, arn, { left: new Date().toISOString() })
