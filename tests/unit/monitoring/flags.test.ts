import { expect, test } from 'bun:test'
import { shownBy, strayFlag } from '../../../runbooks/monitoring/flags'
import { checkSince, secondsOf, windowOf } from '../../../runbooks/monitoring/window'

const none = { timeline: false, followLogs: false, once: false, also: [], testAlert: false, follow: false }

test.each([
  [{ once: true, also: ['production'], report: 'a.html' }, undefined],
  [{ what: 'alarms', testAlert: true }, undefined],
  [{ what: 'logs', follow: true, request: 'x' }, undefined],
  [{ followLogs: true, request: 'x' }, undefined],
  [{ maintenance: 'weekly' }, undefined],
  [{ testAlert: true }, '--test-alert'],
  [{ what: 'alarms', once: true }, '--once'],
  [{ what: 'logs', report: 'a.html' }, '--report'],
  [{ timeline: true, also: ['production'] }, '--also'],
  [{ follow: true }, '--follow'],
  [{ timeline: true, request: 'x' }, '--request'],
])('strayFlag: %p', (asked, flag) => {
  expect(strayFlag({ ...none, ...asked })?.split(':')[0]).toBe(flag)
})

test.each([
  [{}, ''],
  [{ once: true }, ' --once'],
  [{ timeline: true }, ' --timeline'],
  [{ maintenance: 'weekly' }, ' --maintenance weekly'],
  [{ what: 'alarms', testAlert: true }, ' alarms'],
  [{ followLogs: true }, ' logs'],
])('shownBy: %p', (asked, words) => {
  expect(shownBy({ ...none, ...asked })).toBe(words)
})

test('secondsOf and checkSince: a number with its unit, within what CloudWatch keeps', () => {
  expect(['90s', '30m', '6h', '7d', '2w'].map(secondsOf)).toEqual([90, 1800, 21_600, 604_800, 1_209_600])
  for (const wrong of ['', '5', 'm', '-5m', '1.5h', '0m', '64d', '1h30m', '999999h'])
    expect(checkSince(wrong)).toBeString()
  for (const right of ['1s', '1h', '63d']) expect(checkSince(right)).toBeUndefined()
})

test('windowOf: whole periods, few enough to be drawn, up to this moment', () => {
  const now = 1_800_000_030
  for (const length of [10, 300, 3600, 6 * 3600, 86_400, 7 * 86_400, 63 * 86_400]) {
    const { from, to, period } = windowOf(length, now)
    expect((to - from) / period).toBeLessThanOrEqual(181)
    expect([from % period, to % period]).toEqual([0, 0])
    expect(to - now).toBeGreaterThanOrEqual(0)
    expect(to - now).toBeLessThan(period)
    expect(to - from).toBeGreaterThanOrEqual(length)
  }
})
