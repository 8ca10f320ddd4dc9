import { ends } from '../evidence'
import { type Limit, refusalIn } from '../refusals'
import { minutesBetween, quote, type Rule, runbookOf, seen } from '../rule'
import type { Snapshot } from '../snapshot'
import { endedBy, lastFailed } from '../telling'
import { lastFailedRun, runEvidence } from './runs'

/**
 * An event of the last hour that matches, unless the service has been steady since. Of a deployment that failed it still
 * tells: what is steady again is what served before.
 */
export function recentEvent(snapshot: Snapshot, words: RegExp): { at: string; text: string } | undefined {
  const events = (seen(snapshot, 'service')?.events ?? []).toSorted((a, b) => b.at.localeCompare(a.at))
  const event = events.find(({ at, text }) => words.test(text) && minutesBetween(at, snapshot.at) <= 60)
  const calm = events.find(({ text }) => /has reached a steady state/.test(text))
  const failed = lastFailed(snapshot)
  if (!event || (failed && event.at >= failed.at)) return event
  return calm && calm.at >= event.at ? undefined : event
}

/** How much more is asked for: twice of what there is, where that is known. */
function increase(snapshot: Snapshot, { service, code }: Pick<Limit, 'service' | 'code'>, otherwise: number) {
  const now = seen(snapshot, 'quotas')?.find((one) => one.code === code)?.value
  const wanted = now ? 2 * now : otherwise
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${wanted} --region ${snapshot.region}`
}

const vcpus = { service: 'fargate', code: 'L-3032A538' }

const quota: Rule = {
  id: 'quota-reached',
  family: 'capacity',
  title: 'A quota of the account is used up',
  section: '8.1',
  needs: ['service', 'runs', 'quotas'],
  look(snapshot) {
    const event = recentEvent(snapshot, /reached the limit on the number of vCPUs/)
    if (event) {
      return {
        cause: "A task could not be placed: the account's quota of Fargate vCPUs is used up",
        confidence: 'proven',
        evidence: [quote(snapshot, 'service', event.text)],
        fix: increase(snapshot, vcpus, 20),
      }
    }
    const run = lastFailedRun(snapshot)
    const limit = refusalIn(run?.error)?.quota
    if (!run || !limit) return undefined
    return {
      cause: `The last ${run.runbook} could not make what it was to: the account's quota of ${limit.name} is used up`,
      confidence: 'proven',
      evidence: runEvidence(snapshot, run),
      fix: increase(snapshot, limit, 10),
    }
  },
}

/** ECS, or whoever deployed, was told to slow down. */
const throttled: Rule = {
  id: 'aws-throttles',
  family: 'capacity',
  title: "AWS throttles the account's calls",
  section: '8.1',
  needs: ['service', 'runs'],
  look(snapshot) {
    const event = recentEvent(snapshot, /operations are being throttled/)
    const run = lastFailedRun(snapshot)
    const told = run && /^AWS: it is throttling|Rate exceeded|ThrottlingException/.test(run.error ?? '')
    if (!event && !told) return undefined
    return {
      cause: event
        ? 'AWS throttles what ECS does for the service: tasks start and stop late'
        : `The last ${run?.runbook} ended because AWS throttled its calls`,
      confidence: event ? 'proven' : 'likely',
      evidence: [
        ...(event ? [quote(snapshot, 'service', event.text)] : []),
        ...(told ? runEvidence(snapshot, run) : []),
      ],
      fix: event ? runbookOf(snapshot, 'verify') : runbookOf(snapshot, run!.runbook),
    }
  },
}

/** Autoscaling would ask for more than the account may have. */
const bound: Rule = {
  id: 'quota-below-scaling',
  family: 'capacity',
  title: 'The quota ends before autoscaling does',
  section: '8.1',
  needs: ['quotas', 'scaling', 'revisions'],
  look(snapshot) {
    const limit = seen(snapshot, 'quotas')?.find(({ code }) => code === vcpus.code)
    const max = seen(snapshot, 'scaling')?.max ?? 0
    const serving = seen(snapshot, 'service')?.taskDefinition
    const cpu = Number(seen(snapshot, 'revisions')?.find(({ name }) => name === serving)?.cpu ?? 0) / 1_024
    if (!limit?.value || !(max * cpu > limit.value)) return undefined
    return {
      cause: `Autoscaling may ask for ${max} tasks of ${cpu} vCPU, and the account may have ${limit.value} vCPUs: the load is not followed to the end`,
      confidence: 'likely',
      evidence: [
        quote(snapshot, 'quotas', `${limit.name}: ${limit.value}`),
        quote(snapshot, 'scaling', `at most ${max} tasks`),
      ],
      fix: increase(snapshot, vcpus, 20),
    }
  },
}

const capacity: Rule = {
  id: 'capacity-gone',
  family: 'capacity',
  title: 'AWS has no capacity for the tasks',
  section: '8.2',
  needs: ['service', 'tasks'],
  look(snapshot) {
    const event = recentEvent(snapshot, /Capacity is unavailable at this time/)
    const spot = endedBy(snapshot, /Your Spot Task was interrupted/)
    if (!event && !spot) return undefined
    return {
      cause: spot
        ? 'AWS took Spot capacity back, and the tasks on it were stopped'
        : 'AWS has no Fargate capacity in the zones of the subnets at this time',
      confidence: 'proven',
      evidence: [...(event ? [quote(snapshot, 'service', event.text)] : []), ...ends(snapshot, /Spot/)],
      fix: `${runbookOf(snapshot, 'deploy')}   # after fargate_spot_enabled = false, or availability_zone_count = 3, in the environment's tfvars`,
    }
  },
}

export const capacityRules: Rule[] = [quota, capacity, throttled, bound]
