import type { Aws } from '../../aws/clients'
import type { Stack } from '../../aws/stack'
import { within } from '../../core/run/within'
import { gapOf, patience } from '../../diagnosis/collect/look'
import type { Look, Series, Window } from '../model'
import { queriesOf, type SeriesName, seriesNames } from '../queries'
import { dimensionOf } from './front'
import type { Memory } from './memory'
import { fetchSeries } from './series'

/** Where an environment's load balancer and targets are. */
export type Known = Pick<Memory, 'balancerArn' | 'targetGroupArn'>

/**
 * The metrics of all environments. They are asked for at once, where the load balancers were last time; and anew only if
 * one of them turns out to be another by now.
 */
export function lookAtMetrics(aws: Aws, stacks: Stack[], window: Window, guess: Known[]) {
  const ask = async (known: Known[]): Promise<Look['series'][]> => {
    const queries = stacks.flatMap((stack, i) => {
      const { balancerArn, targetGroupArn } = known[i]!
      const addresses = { balancer: dimensionOf(balancerArn), targetGroup: dimensionOf(targetGroupArn) }
      return queriesOf(stack, addresses, window.period, `e${i}`)
    })
    const found = await within(patience, fetchSeries(aws, queries, window)).catch((error) =>
      gapOf('aws cloudwatch get-metric-data ...', error),
    )
    return stacks.map((_, i) => (found instanceof Map ? ofOne(found, `e${i}`) : found))
  }
  const early = guess.every(({ balancerArn }) => balancerArn) ? ask(guess) : undefined
  return async (now: Promise<Known>[]): Promise<Look['series'][]> => {
    const actual = await Promise.all(now)
    const same = actual.every(
      (one, i) =>
        one.balancerArn === guess[i]!.balancerArn && one.targetGroupArn === guess[i]!.targetGroupArn,
    )
    return early && same ? early : ask(actual)
  }
}

function ofOne(found: Map<string, Series>, prefix: string): Record<SeriesName, Series> {
  return Object.fromEntries(
    seriesNames.map((name) => [name, found.get(`${prefix}_${name}`) ?? []]),
  ) as Record<SeriesName, Series>
}
