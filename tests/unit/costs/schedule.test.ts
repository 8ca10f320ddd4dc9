import { describe, expect, test } from 'bun:test'
import { recommend } from '../../../runbooks/costs/recommend/index.ts'
import { cronAt, quietHours } from '../../../runbooks/costs/recommend/schedule.ts'
import { quiet, told, used } from './world.ts'

describe('quietHours', () => {
  const day = (busy: (hour: number) => number) => Array.from({ length: 24 }, (_, hour) => busy(hour))

  test('a night over midnight', () => {
    expect(quietHours(day((hour) => (hour >= 6 && hour < 22 ? 100 : 3)))).toEqual({
      from: 22,
      to: 6,
      most: 3,
      busiest: 100,
    })
  })

  test.each([
    ['no quiet hours', day(() => 50)],
    ['five of them', day((hour) => (hour < 5 ? 0 : 50))],
    ['nobody asked at all', day(() => 0)],
  ])('%s: none', (_, hours) => {
    expect(quietHours(hours)).toBeUndefined()
  })
})

describe('cronAt', () => {
  test.each([
    [20, '2026-11-23T00:00:00Z', 'Europe/Berlin', 'cron(0 21 * * ? *)'],
    [20, '2026-07-01T00:00:00Z', 'Europe/Berlin', 'cron(0 22 * * ? *)'],
    [20, '2026-11-23T00:00:00Z', 'Asia/Kolkata', 'cron(30 1 * * ? *)'],
    [6, '2026-11-23T00:00:00Z', 'UTC', 'cron(0 6 * * ? *)'],
  ])('%d:00 UTC on %s is, in %s, %s', (hour, day, zone, cron) => {
    expect(cronAt(hour, day, zone)).toBe(cron)
  })

  test('a schedule goes by the clock it was asked for', () => {
    const { recommendations } = recommend(told('staging'), {
      use: quiet,
      production: false,
      timeZone: 'Asia/Tokyo',
    })
    expect(recommendations.find(({ id }) => id === 'schedule')?.change).toMatchObject({
      schedule_time_zone: 'Asia/Tokyo',
      schedule_down: 'cron(0 5 * * ? *)',
      schedule_up: 'cron(0 16 * * ? *)',
    })
  })
})

describe('the schedule at weekends', () => {
  /** Busy from 7 to 20 on the days that are, by UTC's clock, Sunday first. */
  const week = (busy: readonly number[], requests = 100) =>
    Array.from({ length: 168 }, (_, hour) => {
      const [day, of] = [Math.floor(hour / 24), hour % 24]
      return of >= 7 && of < 20 && busy.includes(day) ? requests : 2
    })
  const scheduleFor = (hours: readonly (number | null)[], timeZone = 'UTC') =>
    recommend(told('staging'), {
      use: used({ requestsByHourOfWeek: hours }),
      production: false,
      timeZone,
    }).recommendations.find(({ id }) => id === 'schedule')!
  const workdays = [1, 2, 3, 4, 5]

  test('nobody asks on Saturdays and Sundays: up again on workdays alone, which saves more', () => {
    const found = scheduleFor(week(workdays))
    expect(found.change).toMatchObject({
      schedule_down: 'cron(0 20 * * ? *)',
      schedule_up: 'cron(0 7 ? * MON-FRI *)',
    })
    // Two tasks in 65 hours of the week, one in 103.
    expect(found.saving).toBeCloseTo(36.0401 * (1 - (65 * 2 + 103) / 168 / 2), 2)
    expect(found.saving).toBeGreaterThan(scheduleFor(week([0, ...workdays, 6])).saving + 2)
    expect(found.evidence.join()).toContain('Saturdays and Sundays at most 2 requests an hour')
  })

  test.each([
    ['a Saturday on which somebody asks', week([...workdays, 6])],
    ['a weekend that nobody has seen whole', week(workdays).map((each, hour) => (hour === 3 ? null : each))],
    ['nothing known by the day', undefined],
  ])('%s: up again every day', (_, hours) => {
    expect(scheduleFor(hours ?? []).change.schedule_up).toBe('cron(0 7 * * ? *)')
  })

  test('whose weekend it is, is theirs who go by the clock', () => {
    // By UTC's clock this is Sunday to Thursday from 20 to 9: Monday to Friday in Auckland, thirteen hours ahead.
    const auckland = Array.from({ length: 168 }, (_, hour) => {
      const there = (hour + 13) % 168
      const [day, of] = [Math.floor(there / 24), there % 24]
      return of >= 7 && of < 20 && workdays.includes(day) ? 100 : 2
    })
    const byHour = Array.from({ length: 24 }, (_, hour) => (auckland[24 + hour]! + auckland[hour]!) / 2)
    const { recommendations } = recommend(told('staging'), {
      use: used({ requestsByHourOfWeek: auckland, requestsByHour: byHour }),
      production: false,
      timeZone: 'Pacific/Auckland',
    })
    expect(recommendations.find(({ id }) => id === 'schedule')?.change).toMatchObject({
      schedule_down: 'cron(0 20 * * ? *)',
      schedule_up: 'cron(0 7 ? * MON-FRI *)',
    })
    const inUtc = scheduleFor(auckland)
    expect(inUtc.change.schedule_up).not.toContain('MON-FRI')
  })
})
