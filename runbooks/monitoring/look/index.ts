import type { Aws } from '../../aws/clients'
import { stackOf } from '../../aws/stack'
import type { Place } from '../../diagnosis/collect/look'
import { lookAtService } from '../../diagnosis/collect/service'
import { isSeen } from '../../diagnosis/snapshot'
import type { Look } from '../model'
import { windowOf } from '../window'
import { lookAtCommit } from './commit'
import { lookAtCost } from './cost'
import { allTogether, type Finder, oneByOne } from './find'
import { lookAtBalancer, lookAtTargetGroup, lookAtTargets } from './front'
import { type Memory, remember, remembered } from './memory'
import { type Known, lookAtMetrics } from './metrics'
import { lookAtAlarms, lookAtCacheSize, lookAtDatabaseSize } from './stores'

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
export async function lookAt({ aws, environments, region, since, account, now }: Wanted): Promise<Look[]> {
  const window = windowOf(since, now.getTime() / 1000)
  const stacks = environments.map(stackOf)
  const memories = environments.map((environment) => remembered(environment, region))
  const before = memories.map((memory) => JSON.stringify(memory))
  const metrics = lookAtMetrics(aws, stacks, window, memories)
  // CloudWatch is the slowest to answer: its question is on its way before the other clients are loaded, which takes the
  // processor for as long as an answer takes.
  await aws.cloudwatch().catch(() => {})
  await new Promise(setImmediate)
  const who = account()
  who.catch(() => {})
  const find = environments.length > 1 ? allTogether(aws) : oneByOne(aws)
  const views = stacks.map((stack, i) =>
    lookAtOne({ aws, stack, region, now, bucket: async () => '' }, find, who, memories[i]!),
  )
  const [series, parts, known, caller] = await Promise.all([
    metrics(views.map(({ addresses }) => addresses)),
    Promise.all(views.map(({ parts }) => parts)),
    Promise.all(views.map(({ addresses }) => addresses)),
    who.catch(() => undefined),
  ])
  return environments.map((environment, i) => {
    const learnt = { ...memories[i]!, ...known[i]!, ...(caller && { account: caller }) }
    if (JSON.stringify(learnt) !== before[i]) remember(environment, region, learnt)
    return { environment, region, now: now.getTime() / 1000, window, series: series[i]!, ...parts[i]! }
  })
}

/** All of an environment but its metrics. */
function lookAtOne(place: Place, find: Finder, account: Promise<string>, memory: Memory) {
  const service = lookAtService(place)
  const [balancer, group] = [lookAtBalancer(place, find), lookAtTargetGroup(place, find)]
  const looks = {
    service,
    commit: lookAtCommit(place, service, memory),
    targets: lookAtTargets(place, group, memory),
    database: lookAtDatabaseSize(place, find),
    cache: lookAtCacheSize(place, find),
    alarms: lookAtAlarms(place, find),
    cost: lookAtCost(place, account, memory),
  }
  return { addresses: addressesOf(memory), parts: settled() }

  async function addressesOf({ balancerArn, targetGroupArn }: Memory): Promise<Known> {
    const [one, other] = await Promise.all([balancer, group])
    return {
      balancerArn: isSeen(one) ? (one.value ?? undefined) : balancerArn,
      targetGroupArn: isSeen(other) ? (other.value ?? undefined) : targetGroupArn,
    }
  }
  async function settled() {
    const [service, commit, targets, database, cache, alarms, cost] = await Promise.all([
      looks.service,
      looks.commit,
      looks.targets,
      looks.database,
      looks.cache,
      looks.alarms,
      looks.cost,
    ])
    return { service, commit, targets, database, cache, alarms, cost }
  }
}
