import { describe, expect, test } from 'bun:test'
import { type Hourly, measure } from '../../../runbooks/costs/recommend/measure.ts'
import { sinceOf } from '../../../runbooks/costs/recommend/since.ts'

const from = new Date('2026-11-20T00:00:00Z')
const context = { from, to: new Date('2026-11-23T00:00:00Z'), gaps: [] }
const start = from.getTime() / 1000

/** A value for each of so many hours. */
const hourly = (hours: number, value: (hour: number) => number): Hourly =>
  Array.from({ length: hours }, (_, hour) => [start + hour * 3600, value(hour)] as const)

const days = (hours: number) =>
  new Map<string, Hourly>([
    ['taskMinutes_0', hourly(hours, (hour) => (hour === 0 || hour === hours - 1 ? 10 : 120))],
    ['taskCpu_0', hourly(hours, (hour) => (hour === 3 ? 44 : 5))],
    ['taskCpuMean_0', hourly(hours, () => 4)],
    ['taskMemory_0', hourly(hours, () => 21)],
    ['requests_0', [[start + 9 * 3600, 50] as const]],
    ['endpointBytes_0', hourly(hours, () => 2e6)],
    ['endpointBytes_1', hourly(hours, () => 3e6)],
    ['natFromTasks_0', hourly(hours, () => 1e7)],
    ['natFromTasks_1', hourly(hours, () => 1e7)],
    ['natToTasks_0', hourly(hours, () => 2e7)],
    ['logBytes_0', hourly(hours, () => 1e6)],
    ['logBytes_1', hourly(hours, () => 5e6)],
    ['inputTokens_0', hourly(hours, () => 1000)],
    ['outputTokens_0', hourly(hours, () => 100)],
    ['answersMade_0', hourly(hours, () => 2)],
    ['answersCached_0', hourly(hours, () => 3)],
  ])
const things = {
  logs: [
    { name: 'a', storedGb: 1, retention: 30 },
    { name: 'b', storedGb: 2, retention: undefined },
  ],
  images: { count: 4, gb: 1.5, unused: 1, unusedGb: 0.4 },
}

describe('measure', () => {
  test('a month of what was used, from the hours in which the service ran', () => {
    const { measured, hours, tasks, server } = measure(days(72), things, context)
    expect(hours).toBe(72)
    expect(measured.natGb).toBeCloseTo((4e7 * 730) / 1e9, 9)
    expect(measured.endpointGb).toBeCloseTo((5e6 * 730) / 1e9, 9)
    expect(measured.logsIngestedGb).toBeCloseTo((6e6 * 730) / 1e9, 9)
    expect(measured.inputTokens).toBeCloseTo(0.73, 9)
    expect(measured.requests).toBeCloseTo((50 / 72) * 730, 9)
    expect(measured.logsStoredGb).toBe(3)
    expect(measured.imagesGb).toBe(1.5)
    // It idled: how many tasks ran is the configuration's, and not a use that would stay under another one.
    expect(measured).not.toHaveProperty('runningTasks')
    // The hours that are cut off at both ends count no task away.
    expect(tasks).toEqual({ cpuP99: 44, cpuMean: 4, memoryMax: 21, running: 2, runningMax: 2 })
    expect(server).toEqual({ hits: 216, misses: 144, inputTokens: 72_000, outputTokens: 7_200, dollars: 0 })
  })

  test('tasks that use has driven beyond the fewest are measured use', () => {
    const busy = days(72).set(
      'taskCpuMean_0',
      hourly(72, (hour) => (hour % 24 === 14 ? 68 : 20)),
    )
    expect(measure(busy, things, context).measured.runningTasks).toBe(2)
  })

  test('less than a day is no month', () => {
    expect(measure(days(23), things, context).measured).toEqual({ imagesGb: 1.5 })
    expect(Object.keys(measure(days(24), things, context).measured)).toContain('natGb')
  })

  describe('traffic and logs after a change of what makes them', () => {
    const changed = (name: string, hoursAgo: number) => ({
      ...context,
      since: sinceOf([
        { at: new Date(context.to.getTime() - hoursAgo * 3_600_000).toISOString(), names: [name] },
      ]),
    })
    // Of two gateways one was given up 30 hours ago, and the other carries all since; no line of debug is written since.
    const before = (hour: number) => hour < 42
    const series = days(72)
      .set(
        'natFromTasks_0',
        hourly(72, (hour) => (before(hour) ? 1e7 : 2e7)),
      )
      .set(
        'natToTasks_0',
        hourly(72, (hour) => (before(hour) ? 2e7 : 4e7)),
      )
      .set(
        'logBytes_0',
        hourly(72, (hour) => (before(hour) ? 8e6 : 1e6)),
      )
    series.delete('natFromTasks_1')

    test('a day after it they are measured since, and not thinned by what was before', () => {
      const { natGb } = measure(series, things, changed('nat_gateway_mode', 30)).measured
      expect(natGb).toBeCloseTo((6e7 * 730) / 1e9, 9)
      const { logsIngestedGb } = measure(series, things, changed('log_level', 30)).measured
      expect(logsIngestedGb).toBeCloseTo((6e6 * 730) / 1e9, 9)
    })

    test('until then they are what all of it was', () => {
      const { natGb } = measure(series, things, changed('nat_gateway_mode', 5)).measured
      expect(natGb).toBeCloseTo((((42 * 3e7 + 30 * 6e7) / 72) * 730) / 1e9, 9)
    })
  })

  test('requests by the hour of the week, Sunday first; an hour that was not seen is none', () => {
    // It begins on a Friday (2026-11-20) at midnight and ends with the Sunday.
    const { requestsByHourOfWeek } = measure(days(72), things, context)
    expect(requestsByHourOfWeek).toHaveLength(168)
    expect(requestsByHourOfWeek?.[5 * 24 + 9]).toBe(50)
    expect(requestsByHourOfWeek?.[6 * 24 + 9]).toBe(0)
    expect(requestsByHourOfWeek?.[9]).toBe(0)
    expect(requestsByHourOfWeek?.[24 + 9]).toBeNull()
  })

  test('requests by the hour of the day; an hour in which the service ran unasked counts', () => {
    const { requestsByHour } = measure(days(48), things, context)
    expect(requestsByHour?.[9]).toBe(25)
    expect(requestsByHour?.[10]).toBe(0)
  })

  test('how full a thing was at another size is not told of this one, and a day later only what is since', () => {
    const at = (hour: number) => new Date((start + hour * 3600) * 1000)
    const fresh = measure(days(72), things, { ...context, since: { tasks: at(60), server: at(60) } })
    expect(fresh.tasks).toBeUndefined()
    expect(fresh.server).toBeUndefined()
    // What was used is used at any size.
    expect(fresh.measured.natGb).toBe(measure(days(72), things, context).measured.natGb!)
    const settled = measure(days(72), things, { ...context, since: { tasks: at(40) } })
    // The busiest hour, the third, was before.
    expect(settled.tasks?.cpuP99).toBe(5)
  })

  test('the latest change of each family counts, and a variable that sizes nothing none', () => {
    const changes = [
      { at: '2026-11-20T00:00:00Z', names: ['ecs_task_cpu', 'dashboard_enabled'] },
      { at: '2026-11-22T00:00:00Z', names: ['ecs_task_memory', 'openai_model'] },
      { at: '2026-11-21T00:00:00Z', names: ['ecs_task_cpu', 'db_instance_class'] },
    ]
    expect(sinceOf(changes)).toEqual({
      tasks: new Date('2026-11-22T00:00:00Z'),
      server: new Date('2026-11-22T00:00:00Z'),
      database: new Date('2026-11-21T00:00:00Z'),
    })
  })

  test('log groups, the one that writes most first', () => {
    expect(measure(days(72), things, context).logs?.groups.map(({ name }) => name)).toEqual(['b', 'a'])
  })

  test('what nobody could look at is absent, and never 0', () => {
    const nothing = measure(
      new Map(),
      {},
      { ...context, gaps: [{ what: 'metrics', because: 'not allowed' }] },
    )
    expect(nothing).toEqual({
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-11-23T00:00:00.000Z',
      hours: 0,
      measured: {},
      gaps: [{ what: 'metrics', because: 'not allowed' }],
    })
  })
})
