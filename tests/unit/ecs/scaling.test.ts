import { describe, expect, test } from 'bun:test'
import {
  type AlarmState,
  judgeScaling,
  type ScalingSituation,
  type Tracking,
} from '../../../rehearsal/ecs/judge/scaling.ts'
import { isDue } from '../../../rehearsal/ecs/judge/schedule.ts'

const policy = (
  high: AlarmState,
  low: AlarmState,
  value?: number,
  change: Partial<Tracking> = {},
): Tracking => ({
  name: 'cpu',
  high: { name: 'high', state: high },
  low: { name: 'low', state: low },
  value,
  target: 50,
  outCooldown: 60,
  inCooldown: 300,
  ...change,
})
const it = (change: Partial<ScalingSituation>): ScalingSituation => ({
  desired: 2,
  running: 2,
  min: 1,
  max: 4,
  outSuspended: false,
  inSuspended: false,
  deploying: false,
  secondsSinceOut: 1e9,
  secondsSinceIn: 1e9,
  policies: [],
  ...change,
})
const hot = (value?: number) => policy('ALARM', 'OK', value)
const cold = (value?: number) => policy('OK', 'ALARM', value)

describe('judgeScaling', () => {
  test.each<[string, Partial<ScalingSituation>, number | undefined]>([
    ['no policy', {}, undefined],
    ['quiet', { policies: [policy('OK', 'OK', 40)] }, undefined],
    ['out in proportion to the metric', { policies: [hot(75)] }, 3],
    ['out by at least one', { policies: [hot(51)] }, 3],
    ['out at most to the maximum', { policies: [hot(500)] }, 4],
    ['at the maximum already', { desired: 4, running: 4, policies: [hot(90)] }, undefined],
    ['out when any policy wants it', { policies: [hot(75), cold(10)] }, 3],
    ['suspended out', { outSuspended: true, policies: [hot(75)] }, undefined],
    ['within the cooldown', { secondsSinceOut: 30, policies: [hot(75)] }, undefined],
    ['out while deploying', { deploying: true, policies: [hot(75)] }, 3],
    ['below the minimum by hand: lifted to it', { desired: 0, running: 0, min: 2, policies: [hot()] }, 2],
    [
      'shut down by hand, suspended: stays',
      { desired: 0, running: 0, min: 2, outSuspended: true, policies: [hot()] },
      undefined,
    ],
    [
      'below the minimum, scaling in leaves it',
      { desired: 0, running: 0, min: 2, policies: [cold(5)] },
      undefined,
    ],
    ['in by the metric', { desired: 4, running: 4, policies: [cold(20)] }, 2],
    ['in at least to the minimum', { desired: 4, running: 4, policies: [cold(0)] }, 1],
    ['in only when all want it', { policies: [cold(5), policy('OK', 'OK', 40)] }, undefined],
    ['not in while deploying', { deploying: true, policies: [cold(5)] }, undefined],
    ['not in without data', { policies: [cold()] }, undefined],
    ['suspended in', { inSuspended: true, policies: [cold(5)] }, undefined],
    ['in within the cooldown after out', { secondsSinceOut: 100, policies: [cold(5)] }, undefined],
    ['scaling in turned off', { policies: [policy('OK', 'ALARM', 5, { low: undefined })] }, undefined],
  ])('%s', (_, change, expected) => expect(judgeScaling(it(change))?.count).toBe(expected))
})

describe('isDue', () => {
  const created = new Date('2026-01-01T00:00:30Z')
  test.each<[string, string, string, boolean]>([
    ['cron(0 22 * * ? *)', 'UTC', '2026-03-02T22:00:59Z', true],
    ['cron(0 22 * * ? *)', 'UTC', '2026-03-02T22:01:00Z', false],
    ['cron(0 22 * * ? *)', 'Europe/Berlin', '2026-01-15T21:00:00Z', true],
    ['cron(0 22 * * ? *)', 'Europe/Berlin', '2026-07-15T20:00:00Z', true],
    ['cron(0 7 ? * MON-FRI *)', 'UTC', '2026-11-23T07:00:00Z', true],
    ['cron(0 7 ? * MON-FRI *)', 'UTC', '2026-11-22T07:00:00Z', false],
    ['cron(0/15 * * * ? *)', 'UTC', '2026-11-22T07:45:00Z', true],
    ['cron(0/15 * * * ? *)', 'UTC', '2026-11-22T07:50:00Z', false],
    ['cron(0 0 L * ? *)', 'UTC', '2026-02-28T00:00:00Z', true],
    ['cron(0 0 1,15 JAN,JUN ? 2026)', 'UTC', '2026-06-15T00:00:00Z', true],
    ['rate(2 hours)', 'UTC', '2026-01-01T04:00:00Z', true],
    ['rate(2 hours)', 'UTC', '2026-01-01T03:00:00Z', false],
    ['at(2026-05-01T08:30:00)', 'America/New_York', '2026-05-01T12:30:00Z', true],
    ['at(2026-05-01T08:30:00)', 'UTC', '2026-05-01T12:30:00Z', false],
    ['nonsense', 'UTC', '2026-05-01T12:30:00Z', false],
  ])('%s in %s at %s: %p', (schedule, zone, moment, expected) =>
    expect(isDue(schedule, zone, new Date(moment), created)).toBe(expected),
  )
})
