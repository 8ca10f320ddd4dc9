import type { Expression } from './expression'
import type { Range, TimeSeries } from './statistics'

/** What an expression or a part of it comes to. */
export type Value = number | string | TimeSeries | Value[]

export interface Context extends Range {
  /** The value of another query by its id. */
  value(id: string): Value
  /** All metrics of the request, for METRICS(). */
  metrics(): TimeSeries[]
}

const operations: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
}

/** Evaluates an expression over the periods of a request. */
export function evaluate(expression: Expression, context: Context): Value {
  switch (expression.kind) {
    case 'number':
    case 'text':
      return expression.value
    case 'name':
      // FILL's own words are no ids.
      return expression.name === 'REPEAT' || expression.name === 'LINEAR'
        ? expression.name
        : context.value(expression.name)
    case 'list':
      return expression.items.map((item) => evaluate(item, context))
    case 'operation': {
      const apply = operations[expression.operator]!
      return combine(evaluate(expression.left, context), evaluate(expression.right, context), apply)
    }
    case 'call':
      return call(
        expression.name,
        expression.args.map((arg) => evaluate(arg, context)),
        context,
      )
  }
}

/** Point by point: where one of two series has no value there is none, nor where the result is none (x/0). */
function combine(left: Value, right: Value, apply: (a: number, b: number) => number): Value {
  if (Array.isArray(left)) return left.map((each) => combine(each, right, apply))
  if (Array.isArray(right)) return right.map((each) => combine(left, each, apply))
  if (typeof left === 'number' && typeof right === 'number') return apply(left, right)
  const times = left instanceof Map ? left.keys() : series(right).keys()
  const both = (a: number, b: number) => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : apply(a, b))
  return numbers([...times].map((at) => [at, both(valueAt(left, at), valueAt(right, at))]))
}

const valueAt = (value: Value, at: number): number =>
  typeof value === 'number' ? value : (series(value).get(at) ?? Number.NaN)

const numbers = (entries: [number, number][]): TimeSeries =>
  new Map(entries.filter(([, value]) => Number.isFinite(value)))

function series(value: Value | undefined): TimeSeries {
  if (value instanceof Map) return value
  throw new Error('A time series is expected')
}

const mapped = (value: Value, change: (value: number) => number): Value => {
  if (typeof value === 'number') return change(value)
  return Array.isArray(value)
    ? value.map((each) => mapped(each, change))
    : numbers([...series(value)].map(([at, each]) => [at, change(each)]))
}

/** Of one series a single number; of several, point by point. */
const summed = (value: Value, sum: (values: number[]) => number): Value => {
  if (!Array.isArray(value)) return sum([...series(value).values()])
  const all = value.map(series)
  const times = [...new Set(all.flatMap((each) => [...each.keys()]))].sort((a, b) => a - b)
  return numbers(times.map((at) => [at, sum(all.flatMap((each) => each.get(at) ?? []))]))
}

const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0)
const mean = (values: number[]): number => total(values) / values.length

const deviation = (values: number[]): number => {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

/** Each value with the one before it. */
const steps = (value: Value, change: (now: number, before: number, seconds: number) => number): Value => {
  if (Array.isArray(value)) return value.map((each) => steps(each, change))
  const points = [...series(value)].sort(([a], [b]) => a - b)
  return numbers(
    points.slice(1).map(([at, now], index) => {
      const [then, before] = points[index]!
      return [at, change(now, before, at - then)]
    }),
  )
}

type Function = (args: Value[], context: Context) => Value

const functions: Record<string, Function> = {
  ABS: ([value]) => mapped(value!, Math.abs),
  CEIL: ([value]) => mapped(value!, Math.ceil),
  FLOOR: ([value]) => mapped(value!, Math.floor),
  LOG: ([value]) => mapped(value!, Math.log),
  LOG10: ([value]) => mapped(value!, Math.log10),
  AVG: ([value]) => summed(value!, mean),
  SUM: ([value]) => summed(value!, total),
  MAX: ([value]) => summed(value!, (values) => Math.max(...values)),
  MIN: ([value]) => summed(value!, (values) => Math.min(...values)),
  STDDEV: ([value]) => summed(value!, deviation),
  DIFF: ([value]) => steps(value!, (now, before) => now - before),
  DIFF_TIME: ([value]) => steps(value!, (_, __, seconds) => seconds),
  RATE: ([value]) => steps(value!, (now, before, seconds) => (now - before) / seconds),
  RUNNING_SUM: ([value]) => {
    const sums = new Map<number, number>()
    let sum = 0
    for (const [at, each] of [...series(value)].sort(([a], [b]) => a - b)) {
      sum += each
      sums.set(at, sum)
    }
    return sums
  },
  FIRST: ([value]) => (Array.isArray(value) ? value[0]! : [...series(value).values()][0]!),
  LAST: ([value]) => (Array.isArray(value) ? value.at(-1)! : [...series(value).values()].at(-1)!),
  METRICS: (_, context) => context.metrics(),
  METRIC_COUNT: ([value]) => (Array.isArray(value) ? value.length : 1),
  PERIOD: (_, { period }) => period,
  TIME_SERIES: ([value], context) => new Map(periods(context).map((at) => [at, value as number])),
  FILL: ([value, by], context) => fill(value!, by!, context),
  IF: ([condition, yes, no]) => {
    if (typeof condition === 'number') return condition === 0 ? (no ?? new Map()) : yes!
    const chosen = (holds: number): Value | undefined => (holds === 0 ? no : yes)
    return numbers(
      [...series(condition)].map(([at, holds]) => {
        const value = chosen(holds)
        return [at, value === undefined ? Number.NaN : valueAt(value, at)]
      }),
    )
  },
}

function call(name: string, args: Value[], context: Context): Value {
  const known = functions[name]
  if (!known) throw new Error(`Unknown function '${name}'`)
  return known(args, context)
}

function periods({ from, to, period }: Range): number[] {
  const begin = Math.floor(from / period) * period
  return Array.from(
    { length: Math.max(0, Math.ceil((to - begin) / period)) },
    (_, index) => begin + index * period,
  )
}

function fill(value: Value, by: Value, context: Context): Value {
  if (Array.isArray(value)) return value.map((each) => fill(each, by, context))
  const given = series(value)
  const times = periods(context)
  const known = times.filter((at) => given.has(at))
  const filler = (at: number): number => {
    if (by !== 'REPEAT' && by !== 'LINEAR') return valueAt(by, at)
    const before = known.findLast((each) => each < at)
    const after = known.find((each) => each > at)
    if (before === undefined) return Number.NaN
    const start = given.get(before)!
    if (by === 'REPEAT' || after === undefined) return by === 'REPEAT' ? start : Number.NaN
    return start + ((given.get(after)! - start) * (at - before)) / (after - before)
  }
  return numbers(times.map((at) => [at, given.get(at) ?? filler(at)]))
}
