import { expect, test } from 'bun:test'
import { leftBy, stateLockIn } from '../../../runbooks/terraform/leftlock'

const refusal = `Error acquiring the state lock
Error message: operation error S3: PutObject, https response error StatusCode: 412
Lock Info:
  ID:        769e2424-0828-15cf-cf2b-3f2d29b613a6
  Path:      bucket/staging/terraform.tfstate
  Operation: OperationTypePlan
  Who:       ada@laptop
  Version:   1.11.4
  Created:   2026-11-23 11:15:49.343048565 +0000 UTC
  Info:
`
const child = (since: string, until: string) => ({
  environment: 'staging',
  runbook: 'deploy',
  command: 'terraform plan',
  since: new Date(since),
  until: new Date(until),
})
const lived = child('2026-11-23T11:15:48Z', '2026-11-23T11:15:50Z')

test('reads who holds the state since when', () => {
  expect(stateLockIn(refusal)).toEqual({
    id: '769e2424-0828-15cf-cf2b-3f2d29b613a6',
    who: 'ada@laptop',
    created: new Date('2026-11-23T11:15:49.343Z'),
  })
  expect(stateLockIn('Error: Invalid index')).toBeUndefined()
  expect(stateLockIn('Error acquiring the state lock: access denied')).toBeUndefined()
})

test('a lock is ours to let go only where one of ours died with it', () => {
  const lock = stateLockIn(refusal)!
  expect(leftBy(lock, [lived], 'laptop')).toBe(true)
  expect(leftBy(lock, [lived], 'top')).toBe(false)
  expect(leftBy(lock, [lived], 'build-7')).toBe(false)
  expect(leftBy(lock, [], 'laptop')).toBe(false)
  expect(leftBy(lock, [child('2026-11-23T11:15:50Z', '2026-11-23T11:15:55Z')], 'laptop')).toBe(false)
  expect(leftBy(lock, [child('2026-11-23T11:10:00Z', '2026-11-23T11:15:10Z')], 'laptop')).toBe(false)
})
