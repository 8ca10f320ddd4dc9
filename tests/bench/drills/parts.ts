import { RDS } from '@aws-sdk/client-rds'
import type { Trouble } from '../../rehearsal/small-trouble'
import { ask, type Drill, symptoms } from './drill'

const database = ({ small }: Trouble) => {
  const rds = new RDS(small.settings)
  const DBInstanceIdentifier = small.stack.database
  return { rds, DBInstanceIdentifier }
}

async function until(trouble: Trouble, status: string): Promise<void> {
  const { rds, DBInstanceIdentifier } = database(trouble)
  for (;;) {
    const { DBInstances } = await rds.describeDBInstances({ DBInstanceIdentifier })
    if (DBInstances![0]!.DBInstanceStatus === status) return
    await Bun.sleep(300)
  }
}

export async function stopDatabase(trouble: Trouble): Promise<() => Promise<unknown>> {
  const { rds, DBInstanceIdentifier } = database(trouble)
  await rds.stopDBInstance({ DBInstanceIdentifier })
  await until(trouble, 'stopped')
  // It is missed by whoever talks with the chatbot.
  for (let tries = 0; tries < 20 && !(await symptoms(trouble)); tries++)
    await ask(trouble, `How long does shipping number ${crypto.randomUUID()} take?`)
  return async () => {
    await rds.startDBInstance({ DBInstanceIdentifier })
    await until(trouble, 'available')
    await well(trouble)
  }
}

/** Until nothing is noticed any more: breakers close again when they are tried. */
async function well(trouble: Trouble): Promise<void> {
  for (let tries = 0; tries < 80 && (await symptoms(trouble)); tries++) {
    await ask(trouble, `How long does shipping number ${crypto.randomUUID()} take?`)
    await Bun.sleep(500)
  }
}

/** The model as it is refused: https://platform.openai.com/docs/guides/error-codes */
const model = (kind: string, cause: string): Drill => ({
  name: `the model answers with ${kind}`,
  causes: [cause],
  async play(trouble) {
    const { data } = await trouble.workspace.exec(['bun', 'runbooks/rehearse.ts', 'status', '--json'])
    const faults = new URL('/rehearsal/faults', data.urls.model)
    await fetch(faults, { method: 'POST', body: JSON.stringify({ kind, retryAfter: 1 }) })
    for (let tries = 0; tries < 12 && !(await symptoms(trouble)); tries++)
      await ask(trouble, `How long does shipping number ${crypto.randomUUID()} take?`)
    return async () => {
      await fetch(faults, { method: 'DELETE' })
      await well(trouble)
    }
  },
})

export const partDrills: Drill[] = [
  {
    name: 'a database that somebody stopped',
    causes: ['database-down'],
    play: stopDatabase,
  },
  {
    name: 'a password of the database that was changed by hand',
    causes: ['database-refuses-password'],
    async play(trouble) {
      const { rds, DBInstanceIdentifier } = database(trouble)
      await rds.modifyDBInstance({ DBInstanceIdentifier, MasterUserPassword: 'b9c8d7e6f5a4b3c2d1e0' })
      await trouble.move()
      await trouble.small.settled()
      return async () => {
        await rds.modifyDBInstance({ DBInstanceIdentifier, MasterUserPassword: 'a0b1c2d3e4f5a6b7c8d9' })
        await trouble.back()
      }
    },
  },
  model('unauthorized', 'model-key-refused'),
  model('quota', 'model-quota-used'),
  model('rate-limit', 'model-limited'),
  model('server-error', 'model-unreachable'),
]
