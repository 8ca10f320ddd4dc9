import { hoursPerMonth } from '../charge.ts'
import type { Usage } from '../usage.ts'
import { familyOfSeries, type Since } from './since.ts'
import { leastHours, type Use } from './use.ts'

/** A metric by the hour, oldest first: the second that the hour begins at, and its value. */
export type Hourly = readonly (readonly [at: number, value: number])[]

/** What there is besides metrics. A part is absent where it could not be looked at. */
export interface Things {
  addresses?: NonNullable<Use['addresses']>
  images?: NonNullable<Use['images']> & { gb: number }
  snapshots?: NonNullable<Use['snapshots']>
  logs?: readonly { name: string; storedGb: number; retention: number | undefined }[]
}

/** From so much CPU in the busiest hour's average on, autoscaling may have added tasks: it aims at 70 %. */
const driven = 50

const gb = 1e9
const gib = 2 ** 30

/** What was used, from metrics by the hour and from what there is. `series` has `NAME_0`, `NAME_1` ... for a name. */
export function measure(
  series: ReadonlyMap<string, Hourly>,
  things: Things,
  context: { from: Date; to: Date; gaps: Use['gaps']; since?: Since },
): Use {
  const startOf = (name: string) => {
    const family = familyOfSeries(name)
    return (family && context.since?.[family]?.getTime()) ?? 0
  }
  const ever = (name: string) =>
    [...series].flatMap(([id, points]) => (id.startsWith(`${name}_`) ? points : []))
  const of = (name: string) => ever(name).filter(([at]) => at * 1000 >= startOf(name))
  const values = (name: string) => of(name).map(([, value]) => value)
  const most = (name: string) => Math.max(...values(name))
  const least = (name: string) => Math.min(...values(name))
  const sum = (name: string) => values(name).reduce((total, value) => total + value, 0)
  const mean = (name: string) => sum(name) / values(name).length
  const has = (name: string) => values(name).length > 0
  // Of what was changed, a day at its new size; of what was not, all there is.
  const told = (name: string) => has(name) && context.to.getTime() - startOf(name) >= leastHours * 3_600_000

  // The first and the last hour are rarely whole.
  const ran = of('taskMinutes').toSorted(([a], [b]) => a - b)
  const whole = ran.length > 2 ? ran.slice(1, -1) : ran
  const hours = ran.length
  const aMonth = (total: number) => (total / Math.max(1, hours)) * hoursPerMonth
  /** Of what a change has made other than it was: since then, once that is a day; all there is until then. */
  const sinceChanged = (...names: [string, ...string[]]) => {
    const start = told(names[0]) ? startOf(names[0]) : 0
    const after = ([at]: readonly [number, number]) => at * 1000 >= start
    const points = names.flatMap(ever).filter(after)
    const seen = ran.filter(after).length
    const sumOf = points.reduce((sofar, [, value]) => sofar + value, 0)
    return points.length > 0 ? ((sumOf / Math.max(1, seen)) * hoursPerMonth) / gb : undefined
  }
  const running = whole.map(([, minutes]) => minutes / 60)
  const logBytes = things.logs?.map(({ name }, index) => {
    const points = series.get(`logBytes_${index}`) ?? []
    return { name, bytes: points.reduce((total, [, value]) => total + value, 0) }
  })

  const quantities: { [name in keyof Usage]?: number | undefined } = {
    loadBalancerUnits: has('balancerUnits') ? mean('balancerUnits') : undefined,
    egressGb: has('balancerBytes') ? aMonth(sum('balancerBytes')) / gb : undefined,
    natGb: sinceChanged('natFromTasks', 'natToTasks'),
    endpointGb: sinceChanged('endpointBytes'),
    requests: has('requests') ? aMonth(sum('requests')) : undefined,
    logsIngestedGb: sinceChanged('logBytes'),
    inputTokens: has('inputTokens') ? aMonth(sum('inputTokens')) / 1e6 : undefined,
    outputTokens: has('outputTokens') ? aMonth(sum('outputTokens')) / 1e6 : undefined,
    // A count that use did not drive is what the configuration kept, and would stay where that has been changed since.
    runningTasks: running.length > 0 && most('taskCpuMean') >= driven ? average(running) : undefined,
    // What is kept is known at once, and needs no day of looking on.
    logsStoredGb:
      things.logs && hours >= leastHours ? total(things.logs.map((each) => each.storedGb)) : undefined,
    imagesGb: things.images?.gb,
  }
  const atOnce = { imagesGb: quantities.imagesGb }
  const measured = defined(hours >= leastHours ? quantities : atOnce)

  return {
    from: context.from.toISOString(),
    to: context.to.toISOString(),
    hours,
    ...(told('taskCpu') &&
      has('taskMemory') &&
      running.length > 0 && {
        tasks: {
          cpuP99: most('taskCpu'),
          cpuMean: mean('taskCpuMean'),
          memoryMax: most('taskMemory'),
          running: average(running),
          runningMax: Math.max(...running),
        },
      }),
    ...(has('requests') && {
      requestsByHour: byHour(of('requests'), ran, 24).map((requests) => requests ?? 0),
      requestsByHourOfWeek: byHour(of('requests'), ran, 7 * 24),
    }),
    ...(told('databaseCpu') && {
      database: {
        cpuP99: most('databaseCpu'),
        connectionsMax: has('databaseConnections') ? most('databaseConnections') : 0,
        freeStorageGb: has('databaseStorage') ? least('databaseStorage') / gib : 0,
        ...(has('databaseMemory') && { freeMemoryGb: least('databaseMemory') / gib }),
        ...(has('databaseCredits') && { creditsMin: least('databaseCredits') }),
      },
    }),
    ...(told('cacheMemory') && {
      cache: {
        memoryMax: most('cacheMemory'),
        cpuMax: has('cacheCpu') ? most('cacheCpu') : 0,
        evictions: sum('cacheEvictions'),
        expired: sum('cacheExpired'),
      },
    }),
    ...(things.logs &&
      logBytes && {
        logs: {
          storedGb: total(things.logs.map((each) => each.storedGb)),
          groups: things.logs
            .map((each, index) => ({ ...each, ingestedGb: aMonth(logBytes[index]!.bytes) / gb }))
            .toSorted((a, b) => b.ingestedGb - a.ingestedGb),
        },
      }),
    ...(told('answersMade') && {
      server: {
        hits: sum('answersCached'),
        misses: sum('answersMade'),
        inputTokens: sum('inputTokens'),
        outputTokens: sum('outputTokens'),
        dollars: sum('dollars'),
      },
    }),
    ...(things.addresses && { addresses: things.addresses }),
    ...(things.images && { images: things.images }),
    ...(things.snapshots && { snapshots: things.snapshots }),
    measured,
    gaps: context.gaps,
  }
}

/**
 * Requests in the average of so many hours that come round again, from Sunday midnight; an hour in which the service ran
 * and nobody asked counts as none.
 */
function byHour(requests: Hourly, ran: Hourly, round: number): (number | null)[] {
  // The first of January 1970 was a Thursday.
  const hourOf = (at: number) => (Math.floor(at / 3600) + 4 * 24) % round
  const times = new Array<number>(round).fill(0)
  const asked = new Array<number>(round).fill(0)
  for (const [at] of ran) times[hourOf(at)]!++
  for (const [at, value] of requests) asked[hourOf(at)]! += value
  return times.map((seen, hour) => (seen > 0 ? asked[hour]! / seen : null))
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const average = (values: readonly number[]) => total(values) / values.length

const defined = (quantities: { [name in keyof Usage]?: number | undefined }): Partial<Usage> =>
  Object.fromEntries(Object.entries(quantities).filter(([, value]) => value !== undefined))
