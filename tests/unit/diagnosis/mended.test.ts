import { describe, expect, test } from 'bun:test'
import { diagnose } from '../../../runbooks/diagnosis/judge'
import { passing } from '../../../runbooks/diagnosis/mending/passing'
import type { Snapshot } from '../../../runbooks/diagnosis/snapshot'
import { noKey, noSecret } from './cases-tasks'
import { ago, deployment, failedToStart, recorded, revision, stopped, without, world } from './world'

const ended = (reason: string) => [stopped(failedToStart(reason), 6), stopped(failedToStart(reason), 5)]
const denied = 'AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue'
const noGroup = 'ResourceNotFoundException: The specified log group does not exist.'
const image = (recorded('healthy').parts.images as { value: { reference: string }[] }).value[0]!.reference
const noImage = `CannotPullContainerError: failed to resolve ref ${image}: ${image}: not found`
const later = {
  id: 'fedcba9876543210fedcba9876543210',
  status: 'RUNNING',
  startedBy: deployment,
  definition: revision,
  created: ago(3),
}
/** What runs began before the trouble did. */
const before = { 'tasks.0.created': ago(30), 'tasks.1.created': ago(30) }
const causes = (snapshot: Snapshot) => diagnose(snapshot).findings.map(({ id }) => id)

describe('what stopped tasks said is evidence only while it is still so', () => {
  test.each([
    ['a secret that was made again', noSecret, { secrets: [] }],
    [
      'a secret that was restored',
      noSecret.replace(/ResourceNotFound.*/, 'marked for deletion'),
      { secrets: [] },
    ],
    ['a key that was put in', noKey, { 'secrets.0.keys': undefined }],
    ['an image that was pushed again', noImage, { images: [] }],
  ])('%s, and no task has started since', (_name, reason, unseen) => {
    expect(causes(world({ ...before, 'tasks.+': ended(reason), ...unseen }))).toHaveLength(1)
    expect(causes(world({ ...before, 'tasks.+': ended(reason) }))).toEqual([])
  })

  test.each([
    ['a permission', denied, 'role-lacks-permission'],
    ['a log group', noGroup, 'log-group-missing'],
  ])('%s that was missing, and a later task runs', (_name, reason, id) => {
    expect(causes(world({ ...before, 'tasks.+': ended(reason) }))).toEqual([id])
    expect(causes(world({ ...before, 'tasks.+': [...ended(reason), later] }))).toEqual([])
    // One that runs is not enough, where more are wanted.
    const short = { ...before, 'service.running': 1, 'tasks.+': [...ended(reason), later] }
    expect(causes(world(short))[0]).toBe(id)
  })
})

describe('what goes by itself after a mend is waited for, and nothing else', () => {
  const left = (snapshot: Snapshot, ...mended: string[]) =>
    passing(diagnose(snapshot), mended).map(({ id }) => id)

  test('the tasks have not connected to the database again, or it is on its way up', () => {
    const away = world({ ready: without('database') })
    expect(left(away, 'database-down')).toEqual(['database-degraded'])
    expect(left(away, 'group-closes-cache')).toEqual([])
    expect(left(away)).toEqual([])
    expect(left(world({ 'database.status': 'starting' }), 'database-down')).toEqual(['database-down'])
  })

  test('a rollback that happened stays told', () => {
    const back = world({ 'moves.0.status': 'ROLLBACK_SUCCESSFUL', 'moves.0.finished': ago(10) })
    expect(causes(back)).toEqual(['deployment-rolled-back'])
    expect(left(back, 'secret-missing')).toEqual([])
  })
})
