import type { Aws } from '../../aws/clients'
import { stackOf } from '../../aws/stack'
import type { Place } from '../../diagnosis/collect/look'
import { gapOf } from '../../diagnosis/collect/look'
import { lookAtService } from '../../diagnosis/collect/service'
import { lookAtAlarms } from '../../diagnosis/collect/stores'
import { isSeen } from '../../diagnosis/snapshot'
import type { Look, Series, Window } from '../model'
import { type Addresses, queriesOf, type SeriesName, seriesNames } from '../queries'
import { windowOf } from '../window'
import { lookAtCommit } from './commit'
import { lookAtCost } from './cost'
import { dimensionOf, lookAtBalancer, lookAtTargetGroup, lookAtTargets } from './front'
import { type Memory, remember, remembered } from './memory'
import { fetchSeries } from './series'
import { lookAtCacheSize, lookAtDatabaseSize } from './stores'

export interface Wanted {
  aws: Aws
  environments: readonly string[]
  region: string
  /** Seconds. */
  since: number
  account: () => Promise<string>
  now: Date
}

/** One look at each environment, all at once; the metrics of all of them in one call of CloudWatch. Changes nothing. */
export async function lookAt(wanted: Wanted): Promise<Look[]> {
  const { aws, environments, region, now } = wanted
  const window = windowOf(wanted.since, now.getTime() / 1000)
  const account = wanted.account()
  account.catch(() => {})
  const views = environments.map((environment) => {
    const place: Place = { aws, stack: stackOf(environment), region, now, bucket: async () => '' }
    const memory = remembered(environment, region)
    const service = lookAtService(place)
    const [balancer, group] = [lookAtBalancer(place), lookAtTargetGroup(place)]
    return {
      place,
      memory,
      before: JSON.stringify(memory),
      addresses: Promise.all([balancer, group]).then(([one, other]) => ({
        balancerArn: isSeen(one) ? (one.value ?? undefined) : memory.balancerArn,
        targetGroupArn: isSeen(other) ? (other.value ?? undefined) : memory.targetGroupArn,
      })),
      parts: Promise.all([
        service,
        lookAtCommit(place, service, memory),
        lookAtTargets(place, group, memory),
        lookAtDatabaseSize(place),
        lookAtCacheSize(place),
        lookAtAlarms(place),
        lookAtCost(place, account, memory),
      ]),
    }
  })
  const series = await seriesOfAll(aws, views, window)
  const who = await account.catch(() => undefined)
  return Promise.all(
    views.map(async ({ place, memory, before, addresses, parts }, index) => {
      const [service, commit, targets, database, cache, alarms, cost] = await parts
      const { environment } = place.stack
      const learnt = { ...memory, ...(await addresses), ...(who && { account: who }) }
      if (JSON.stringify(learnt) !== before) remember(environment, region, learnt)
      return {
        environment,
        region,
        now: now.getTime() / 1000,
        window,
        series: series[index]!,
        service,
        commit,
        targets,
        database,
        cache,
        alarms,
        cost,
      }
    }),
  )
}

type Known = Pick<Memory, 'balancerArn' | 'targetGroupArn'>
interface View {
  place: Place
  memory: Known
  addresses: Promise<Known>
}

/** Asked where the load balancers were last time, and anew only if one is another by now. */
async function seriesOfAll(aws: Aws, views: View[], window: Window): Promise<Look['series'][]> {
  const ask = async (known: Known[]): Promise<Look['series'][]> => {
    const queries = views.flatMap(({ place }, i) =>
      queriesOf(place.stack, named(known[i]!), window.period, `e${i}`),
    )
    const found = await fetchSeries(aws, queries, window).catch((error) =>
      gapOf(`aws cloudwatch get-metric-data ...`, error),
    )
    return views.map((_, i) => (found instanceof Map ? ofOne(found, `e${i}`) : found))
  }
  const guess = views.map(({ memory }) => memory)
  const early = guess.every(({ balancerArn }) => balancerArn) ? ask(guess) : undefined
  const actual = await Promise.all(views.map(({ addresses }) => addresses))
  const same = actual.every(
    (one, i) => one.balancerArn === guess[i]!.balancerArn && one.targetGroupArn === guess[i]!.targetGroupArn,
  )
  return early && same ? early : ask(actual)
}

const named = ({ balancerArn, targetGroupArn }: Known): Addresses => ({
  balancer: dimensionOf(balancerArn),
  targetGroup: dimensionOf(targetGroupArn),
})

function ofOne(found: Map<string, Series>, prefix: string): Record<SeriesName, Series> {
  return Object.fromEntries(
    seriesNames.map((name) => [name, found.get(`${prefix}_${name}`) ?? []]),
  ) as Record<SeriesName, Series>
}
