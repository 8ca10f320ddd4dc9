import { AwsError, type Call, type Handlers, type Members } from '../../call'
import { evaluateQueries, type QueryResult } from './metric-data'
import { type MetricStore, seconds } from './points'
import { isStatistic, statistic } from './statistics'

/** What AWS returns at most in one answer of GetMetricData. */
const mostDatapoints = 100_800
const mostMetrics = 500

/** CloudWatch's metrics: put, listed, and read with statistics, percentiles and metric math. */
export function metricHandlers(storeOf: (region: string) => MetricStore): Handlers[string] {
  return {
    PutMetricData(call) {
      const { Namespace, MetricData = [] } = call.input
      for (const [index, datum] of (MetricData as Members[]).entries()) checkDatum(datum, index + 1)
      for (const datum of MetricData) storeOf(call.region).put(Namespace, datum, Date.now() / 1000)
      return {}
    },

    GetMetricData(call) {
      const { MetricDataQueries = [], ScanBy = 'TimestampDescending' } = call.input
      const { from, to } = rangeOf(call, 'ValidationError')
      const results = evaluateQueries(storeOf(call.region), MetricDataQueries, { from, to })
      return paged(results, ScanBy === 'TimestampAscending' ? 1 : -1, call.input)
    },

    GetMetricStatistics(call) {
      const {
        Namespace,
        MetricName,
        Dimensions,
        Period,
        Statistics = [],
        ExtendedStatistics = [],
      } = call.input
      const { from, to } = rangeOf(call, 'InvalidParameterValue')
      const period = Number(Period)
      const asked = (to - from) / period
      if (asked > 1440) {
        const words = `You have requested up to ${Math.ceil(asked).toLocaleString('en')} datapoints, which exceeds the limit of 1,440.`
        const advice =
          'You may reduce the datapoints requested by increasing Period, or decreasing the time range.'
        throw new AwsError('InvalidParameterCombination', `${words} ${advice}`)
      }
      const unknown = [...Statistics, ...ExtendedStatistics].find((name) => !isStatistic(name))
      if (unknown)
        throw new AwsError('InvalidParameterValue', `The value ${unknown} is not a valid statistic.`)
      const metric = storeOf(call.region).find(Namespace, MetricName, Dimensions)
      const datapoints = new Map<number, Members>()
      const at = (time: number) =>
        datapoints.get(time) ??
        datapoints.set(time, { Timestamp: new Date(time * 1000), Unit: metric?.unit }).get(time)!
      for (const name of [...Statistics, ...ExtendedStatistics]) {
        for (const [time, value] of statistic(metric?.points ?? [], { from, to, period }, name)) {
          if (Statistics.includes(name)) at(time)[name] = value
          else at(time).ExtendedStatistics = { ...at(time).ExtendedStatistics, [name]: value }
        }
      }
      return { Label: MetricName, Datapoints: [...datapoints.values()] }
    },

    ListMetrics(call) {
      const { Namespace, MetricName, Dimensions = [], NextToken } = call.input
      const wanted = Dimensions as Members[]
      const all = storeOf(call.region)
        .all()
        .filter((each) => {
          if ((Namespace && each.namespace !== Namespace) || (MetricName && each.name !== MetricName))
            return false
          const has = ({ Name, Value }: Members) =>
            each.dimensions.some((own) => own.Name === Name && (Value === undefined || own.Value === Value))
          return wanted.every(has)
        })
      const from = Number(NextToken ?? 0)
      const Metrics = all.slice(from, from + mostMetrics).map((each) => ({
        Namespace: each.namespace,
        MetricName: each.name,
        Dimensions: each.dimensions,
      }))
      return { Metrics, ...(all.length > from + mostMetrics && { NextToken: String(from + mostMetrics) }) }
    },
  }
}

function rangeOf(call: Call, code: string) {
  const [from, to] = [seconds(call.input.StartTime), seconds(call.input.EndTime)]
  if (from >= to) throw new AwsError(code, 'The parameter StartTime must be less than the parameter EndTime.')
  return { from, to }
}

function checkDatum({ MetricName, Value, Values }: Members, place: number): void {
  const name = `MetricData.member.${place}`
  if (!MetricName) throw new AwsError('MissingParameter', `The parameter ${name}.MetricName is required.`)
  const bad = [Value, ...(Values ?? [])].find(
    (value) => value !== undefined && !Number.isFinite(Number(value)),
  )
  if (bad !== undefined) {
    throw new AwsError('InvalidParameterValue', `The value ${bad} for parameter ${name}.Value is invalid.`)
  }
}

/** Cuts the results where one answer may hold no more; the token says from which point of which result to go on. */
function paged(results: QueryResult[], direction: 1 | -1, { MaxDatapoints, NextToken }: Members) {
  let left = Math.min(Number(MaxDatapoints ?? mostDatapoints), mostDatapoints)
  let [place = 0, offset = 0] = String(NextToken ?? '0.0')
    .split('.')
    .map(Number)
  const MetricDataResults: Members[] = []
  for (; place < results.length && left > 0; place++, offset = 0) {
    const { id, label, points } = results[place]!
    const sorted = [...points].sort(([a], [b]) => (a - b) * direction)
    const taken = sorted.slice(offset, offset + left)
    const more = offset + taken.length < sorted.length
    left -= taken.length
    MetricDataResults.push({
      Id: id,
      Label: label,
      Timestamps: taken.map(([at]) => new Date(at * 1000)),
      Values: taken.map(([, value]) => value),
      StatusCode: more ? 'PartialData' : 'Complete',
    })
    if (more) return { MetricDataResults, NextToken: `${place}.${offset + taken.length}`, Messages: [] }
  }
  return { MetricDataResults, ...(place < results.length && { NextToken: `${place}.0` }), Messages: [] }
}
