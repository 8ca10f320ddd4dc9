import { AwsError, type Members } from '../../call'
import { type Expression, parseExpression } from './expression'
import { evaluate, type Value } from './math'
import type { MetricStore } from './points'
import { isStatistic, type Range, statistic, type TimeSeries } from './statistics'

/** What one query of GetMetricData comes to; an expression over several series has several. */
export interface QueryResult {
  id: string
  label: string
  points: TimeSeries
}

const invalid = (message: string) => new AwsError('ValidationError', message)

/** Evaluates the queries of a GetMetricData call or of an alarm, in the order they were asked. */
export function evaluateQueries(
  store: MetricStore,
  queries: Members[],
  { from, to }: Omit<Range, 'period'>,
): QueryResult[] {
  check(queries)
  const byId = new Map(queries.map((query) => [query.Id as string, query]))
  const period = Math.max(1, ...queries.map((query) => Number(query.MetricStat?.Period ?? query.Period ?? 0)))
  const known = new Map<string, Value>()
  const open = new Set<string>()

  const value = (id: string): Value => {
    const query = byId.get(id)
    if (!query) throw new Error(`It refers to '${id}', which is no id of this request`)
    if (open.has(id)) throw new Error(`It refers to itself through '${id}'`)
    const made = known.get(id)
    if (made !== undefined) return made
    open.add(id)
    const result = query.MetricStat ? metric(store, query.MetricStat, { from, to }) : math(query)
    open.delete(id)
    known.set(id, result)
    return result
  }
  const math = (query: Members): Value => {
    const metrics = () =>
      queries.filter((each) => each.MetricStat).map((each) => value(each.Id) as TimeSeries)
    return evaluate(parsed(query), { from, to, period: Number(query.Period ?? period), value, metrics })
  }

  return queries
    .filter((query) => query.ReturnData ?? true)
    .flatMap((query) => {
      const label = query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id
      return all(
        attempt(query.Id, () => value(query.Id)),
        query.Id,
      ).map((points) => ({ id: query.Id, label, points }))
    })
}

function metric(store: MetricStore, stat: Members, range: Omit<Range, 'period'>): TimeSeries {
  const { Namespace, MetricName, Dimensions } = stat.Metric
  const found = store.find(Namespace, MetricName, Dimensions)
  return found ? statistic(found.points, { ...range, period: Number(stat.Period) }, stat.Stat) : new Map()
}

function attempt<T>(id: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw invalid(`Error in expression '${id}': ${error instanceof Error ? error.message : error}`)
  }
}

const parsed = (query: Members): Expression => parseExpression(String(query.Expression))

function all(value: Value, id: string): TimeSeries[] {
  if (value instanceof Map) return [value]
  if (Array.isArray(value)) return value.flatMap((each) => all(each, id))
  throw invalid(
    `Error in expression '${id}': The expression must come to a time series, and is a single value`,
  )
}

function check(queries: Members[]): void {
  if (queries.length > 500) {
    throw invalid('The collection MetricDataQueries must not have a size greater than 500.')
  }
  const ids = queries.map((query) => String(query.Id))
  if (!ids.every((id) => /^[a-z][a-zA-Z0-9_]*$/.test(id))) {
    const pattern = '^[a-z][a-zA-Z0-9_]*$'
    throw invalid(
      `The values for parameter id in MetricDataQueries are not matching the expected pattern ${pattern}.`,
    )
  }
  if (new Set(ids).size < ids.length) {
    throw invalid('The values for parameter id in MetricDataQueries are not unique.')
  }
  queries.forEach((query, index) => {
    const { Stat, Period } = query.MetricStat ?? {}
    const name = `MetricDataQueries.member.${index + 1}`
    if (query.MetricStat && !isStatistic(String(Stat))) {
      throw invalid(`The value ${Stat} for parameter ${name}.MetricStat.Stat is not supported.`)
    }
    if (query.MetricStat && ![1, 5, 10, 20, 30].includes(Number(Period)) && Number(Period) % 60 !== 0) {
      throw invalid(`The parameter ${name}.MetricStat.Period must be 1, 5, 10, 20, 30 or a multiple of 60.`)
    }
  })
}
