import { setTimeout as pause } from 'node:timers/promises'
import type { DBInstance } from '@aws-sdk/client-rds'
import type { Aws } from '../aws/clients'
import { type Change, Failed } from '../core'
import type { Place } from './place'

/** AWS starts a stopped instance by itself after so long. */
export const restsDays = 7

export async function findInstance(aws: Aws, id: string): Promise<DBInstance | undefined> {
  const rds = await aws.rds()
  try {
    return (await rds.describeDBInstances({ DBInstanceIdentifier: id })).DBInstances?.[0]
  } catch (error) {
    if (/^DBInstanceNotFound/.test((error as Error).name)) return undefined
    throw error
  }
}

/** On what day the instance starts again if nobody does anything. */
export function startsAgain(stopped: DBInstance | undefined, now: Date): string {
  const when = stopped?.AutomaticRestartTime ?? new Date(now.getTime() + restsDays * 24 * 3_600_000)
  return `${when.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export function stopDatabase(aws: Aws, place: Place, now: DBInstance): Change<DBInstance | undefined> {
  const id = now.DBInstanceIdentifier!
  return {
    title: 'Stop the database',
    effect: `${id} stops; what it stores stays, and its storage goes on costing`,
    equivalent: `aws rds stop-db-instance --db-instance-identifier ${id} ${place.tail}`,
    undo: `aws rds start-db-instance --db-instance-identifier ${id} ${place.tail}`,
    already: async () =>
      /^stopp(ed|ing)$/.test(now.DBInstanceStatus ?? '') && {
        why: `it is ${now.DBInstanceStatus}`,
        value: now,
      },
    async run() {
      const rds = await aws.rds()
      return (await rds.stopDBInstance({ DBInstanceIdentifier: id })).DBInstance
    },
  }
}

/** Starts it and waits until it takes connections, which takes minutes. */
export function startDatabase(aws: Aws, place: Place, id: string, timeoutMs: number): Change<void> {
  return {
    title: 'Start the database',
    effect: `${id} runs again, before any task needs it`,
    equivalent: [
      `aws rds start-db-instance --db-instance-identifier ${id} ${place.tail}`,
      `aws rds wait db-instance-available --db-instance-identifier ${id} ${place.tail}`,
    ],
    undo: `aws rds stop-db-instance --db-instance-identifier ${id} ${place.tail}`,
    already: async () =>
      (await findInstance(aws, id))?.DBInstanceStatus === 'available' && { why: 'it is available' },
    async run(step) {
      const rds = await aws.rds()
      for (const deadline = Date.now() + timeoutMs; ; ) {
        const status = (await findInstance(aws, id))?.DBInstanceStatus
        if (status === 'available') return
        if (status === undefined) throw new Failed(`Start the database: there is no ${id}`)
        // One that is still stopping cannot be started yet.
        if (status === 'stopped') await rds.startDBInstance({ DBInstanceIdentifier: id })
        if (Date.now() > deadline) throw new Failed(`Start the database: ${id} is still ${status}`)
        step.waiting(`${id} is ${status}`)
        await pause(2_000, undefined, { signal: step.signal })
      }
    },
  }
}
