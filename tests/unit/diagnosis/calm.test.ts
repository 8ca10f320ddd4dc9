import { expect, test } from 'bun:test'
import { diagnose } from '../../../runbooks/diagnosis/judge'
import { ago, deployment, stopped, world } from './world'

const steady = (minutes: number) => ({
  at: ago(minutes),
  text: '(service s) has reached a steady state.',
})
const ended = (id: string, minutes: number) =>
  stopped(
    {
      id,
      startedBy: deployment,
      stopCode: 'ServiceSchedulerInitiated',
      reason: 'Task failed ELB health checks in (target-group arn:x)',
      exitCode: 0,
    },
    minutes,
  )
const said = (minutes: number) => ({
  at: ago(minutes),
  text: '(service s) (task 1) (port 8080) is unhealthy in (target-group arn:x) due to (reason Request timed out).',
})
const ids = (events: object[], more: Record<string, unknown> = {}) =>
  diagnose(
    world({
      'tasks.+': [ended('a', 6), ended('b', 5)],
      'service.events': [said(6), ...events],
      ...more,
    }),
  ).findings.map(({ id }) => id)

test('an outage that is over, with every target healthy and the service steady since, is no cause any more', () => {
  expect(ids([steady(4)])).toEqual([])
  expect(ids([steady(90), steady(4)])).toEqual([])
})

test('a service that was not steady since has its cause', () => {
  expect(ids([])).toEqual(['slow-start'])
  expect(ids([steady(90)])).toEqual(['slow-start'])
})

test('one that was steady in between loses its tasks again and again', () => {
  expect(ids([steady(5.5), steady(4)])).toEqual(['slow-start'])
})

test('nor is it over while a target is unhealthy', () => {
  expect(
    ids([steady(4)], {
      'targets.targets.0.state': 'unhealthy',
      'targets.targets.0.text': 'Request timed out',
    })[0],
  ).toBe('slow-start')
})
