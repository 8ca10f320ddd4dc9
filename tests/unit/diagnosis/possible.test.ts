import { expect, test } from 'bun:test'
import { diagnose } from '../../../runbooks/diagnosis/judge'
import type { PartName } from '../../../runbooks/diagnosis/snapshot'
import { world } from './world'

const denied = (part: PartName) => ({
  reason: 'denied',
  command: `aws look-at ${part}`,
  permission: `ec2:See${part}`,
})
/** Targets that time out, while some parts may not be seen. */
function timedOut(...parts: PartName[]) {
  const snapshot = world(slow)
  for (const part of parts) Object.assign(snapshot.parts, { [part]: denied(part) })
  return diagnose(snapshot)
}
const slow = {
  'targets.targets.0.state': 'unhealthy',
  'targets.targets.0.reason': 'Target.Timeout',
  'targets.targets.0.text': 'Request timed out',
}

test('a rival that nobody could look for stands beside what is only likely, with how to look', () => {
  const { findings, possible } = timedOut('groups')
  expect(findings.map(({ id, confidence }) => [id, confidence])).toEqual([['slow-start', 'likely']])
  expect(possible).toEqual([
    {
      id: 'group-closes-app',
      title: 'A security group keeps the load balancer from the tasks',
      section: '8.4',
      part: 'groups',
      command: 'aws look-at groups',
      permission: 'ec2:Seegroups',
    },
  ])
})

test('two or three in all, the one that explains little else first', () => {
  const { findings, possible } = timedOut('groups', 'routes', 'tasks', 'lastLines', 'revisions')
  expect(findings.length + possible.length).toBe(3)
  expect(possible.every(({ id }) => findings.every((one) => one.id !== id))).toBe(true)
})

test('what was looked at is no rival: everything seen, none', () => {
  expect(timedOut().possible).toEqual([])
})

test('where something is proven, nobody is led astray', () => {
  const snapshot = world({ ...slow, 'database.status': 'stopped' })
  snapshot.parts.groups = denied('groups') as never
  expect(diagnose(snapshot).findings[0]!.confidence).toBe('proven')
  expect(diagnose(snapshot).possible).toEqual([])
})

test('where nothing is wrong, a gap is a gap', () => {
  const snapshot = world()
  snapshot.parts.groups = denied('groups') as never
  expect(diagnose(snapshot)).toMatchObject({ findings: [], possible: [] })
})
