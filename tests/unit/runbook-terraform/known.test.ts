import { describe, expect, test } from 'bun:test'
import { refuseUnknown } from '../../../runbooks/terraform/known'
import { type Answer, account } from '../account'

const known = ['staging', 'production']
const nothing: Record<string, Answer> = {
  'ecs:describeClusters': () => ({ clusters: [] }),
  // A prefix finds what begins alike, too.
  'logs:describeLogGroups': () => ({ logGroups: [{ logGroupName: '/ecs/tria-aibpo-stagng-2' }] }),
}
const look = (answers: Record<string, Answer> | undefined, ...environments: string[]) => {
  const { aws, calls } = account({ ...nothing, ...answers })
  return refuseUnknown(aws, environments, 'monitor.ts logs', known).then(
    () => ({ calls, message: '', next: '' }),
    ({ message, next }) => ({ calls, message, next }),
  )
}

describe('refuseUnknown', () => {
  test('a name that has values is asked about nothing', async () => {
    expect(await look(undefined, 'staging', 'production')).toEqual({ calls: [], message: '', next: '' })
  })
  test('one that has neither values nor a cluster: which there are, and the same for the one that was meant', async () => {
    const { message, next } = await look(undefined, 'stagng')
    expect(message).toBe('Look at stagng: there is no such environment; there are staging, production')
    expect(next).toBe('bun runbooks/monitor.ts logs --environment staging')
  })
  test('each of several is looked at', async () => {
    const { message, next } = await look(undefined, 'staging', 'prodution')
    expect(message).toContain('Look at prodution')
    expect(next).toBe('bun runbooks/monitor.ts logs --also production')
  })
  test('where none is near, nobody is led to deploy what has no values', async () => {
    expect((await look(undefined, 'qa')).next).toBe(
      'bun runbooks/setup.ts --environment qa   # for a new one',
    )
  })
  test.each<[string, string, Answer]>([
    [
      "a colleague's environment, whose values are elsewhere",
      'ecs:describeClusters',
      () => ({ clusters: [{ status: 'ACTIVE' }] }),
    ],
    [
      'the log that an environment has left',
      'logs:describeLogGroups',
      () => ({ logGroups: [{ logGroupName: '/ecs/tria-aibpo-stagng' }] }),
    ],
    [
      'a cluster that may not be looked at',
      'ecs:describeClusters',
      () => {
        throw new Error('denied')
      },
    ],
  ])('goes on with %s', async (_, call, answer) => {
    expect((await look({ [call]: answer }, 'stagng')).message).toBe('')
  })
  test('a cluster that was deleted is none', async () => {
    const gone = () => ({ clusters: [{ status: 'INACTIVE' }] })
    expect((await look({ 'ecs:describeClusters': gone }, 'stagng')).message).not.toBe('')
  })
})
