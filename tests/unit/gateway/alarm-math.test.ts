import { describe, expect, test } from 'bun:test'
import { type AlarmState, judgeAlarm } from '../../../rehearsal/gateway/gaps/cloudwatch/alarm-state'
import { parseExpression } from '../../../rehearsal/gateway/gaps/cloudwatch/expression'
import { evaluate, type Value } from '../../../rehearsal/gateway/gaps/cloudwatch/math'

describe('evaluate', () => {
  const series = (...values: (number | undefined)[]) =>
    new Map(
      values.flatMap((value, index) =>
        value === undefined ? [] : [[index * 60, value] as [number, number]],
      ),
    )
  const known: Record<string, Value> = {
    a: series(1, 2, 3),
    b: series(2, undefined, 4),
    z: series(0, 1, 0),
    none: series(),
  }
  const context = {
    from: 0,
    to: 180,
    period: 60,
    value: (id: string) => known[id]!,
    metrics: () => [series(1), series(2)],
  }
  test.each([
    ['1+2*3^2', 19],
    ['-a', series(-1, -2, -3)],
    ['a+b', series(3, undefined, 7)],
    ['a/z', series(undefined, 2)],
    ['a>=2 AND b<5', series(0, undefined, 1)],
    ['FILL(b,9)', series(2, 9, 4)],
    ['FILL(b,REPEAT)', series(2, 2, 4)],
    ['FILL(b,LINEAR)', series(2, 3, 4)],
    ['FILL(none,0)', series(0, 0, 0)],
    ['IF(a==2, a*10, b)', series(2, 20, 4)],
    ['IF(a>1, a)', series(undefined, 2, 3)],
    ['SUM([a,b])', series(3, 2, 7)],
    ['MAX(a)', 3],
    ['AVG(METRICS())', series(1.5)],
    ['RATE(a)', series(undefined, 1 / 60, 1 / 60)],
    ['DIFF(a)/PERIOD(a)*60', series(undefined, 1, 1)],
    ['RUNNING_SUM(a)', series(1, 3, 6)],
    ['METRIC_COUNT([a,b])', 2],
  ])('%s', (text, expected) => {
    expect(evaluate(parseExpression(text), context)).toEqual(expected)
  })
  test.each(['1+', 'a b', 'FOO(a)', '(a', '$x'])('refuses %s', (text) => {
    expect(() => evaluate(parseExpression(text), context)).toThrow()
  })
})

describe('judgeAlarm', () => {
  const alarm = {
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    Threshold: 80,
    ComparisonOperator: 'GreaterThanThreshold',
  }
  const at = (...values: (number | undefined)[]) =>
    new Map(
      values.flatMap((value, index) =>
        value === undefined ? [] : [[index * 60, value] as [number, number]],
      ),
    )
  test.each<[string, string, ReturnType<typeof at>, AlarmState, AlarmState]>([
    ['two of three over it', 'missing', at(90, 10, 91), 'OK', 'ALARM'],
    ['one of three over it', 'missing', at(90, 10, 10), 'ALARM', 'OK'],
    ['nothing known', 'missing', at(), 'OK', 'INSUFFICIENT_DATA'],
    ['nothing known, which is fine', 'notBreaching', at(), 'ALARM', 'OK'],
    ['nothing known, which is bad', 'breaching', at(), 'OK', 'ALARM'],
    ['too little known', 'ignore', at(90), 'ALARM', 'ALARM'],
  ])('%s (%s)', (_, TreatMissingData, points, before, state) => {
    expect(judgeAlarm({ ...alarm, TreatMissingData }, points, before).state).toBe(state)
  })
  test("says why in CloudWatch's words", () => {
    expect(judgeAlarm(alarm, at(90.5, 10, 91), 'OK').reason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [90.5 (01/01/70 00:00:00), 91.0 (01/01/70 00:02:00)] ' +
        'were greater than the threshold (80.0) (minimum 2 datapoints for OK -> ALARM transition).',
    )
  })
})
