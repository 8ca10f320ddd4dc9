import { ends } from '../evidence'
import { minutesBetween, quote, type Rule, runbookOf, seen } from '../rule'
import type { Snapshot } from '../snapshot'
import { endedBy } from '../telling'

/** An event of the last hour that matches, unless the service has been steady since. */
export function recentEvent(snapshot: Snapshot, words: RegExp): { at: string; text: string } | undefined {
  const events = (seen(snapshot, 'service')?.events ?? []).toSorted((a, b) => b.at.localeCompare(a.at))
  const event = events.find(({ at, text }) => words.test(text) && minutesBetween(at, snapshot.at) <= 60)
  const calm = events.find(({ text }) => /has reached a steady state/.test(text))
  return event && calm && calm.at >= event.at ? undefined : event
}

const quota: Rule = {
  id: 'quota-reached',
  family: 'capacity',
  title: "The account's quota of processors is used up",
  section: '8.1',
  needs: ['service'],
  look(snapshot) {
    const event = recentEvent(snapshot, /reached the limit on the number of vCPUs/)
    if (!event) return undefined
    return {
      cause: "A task could not be placed: the account's quota of Fargate vCPUs is used up",
      confidence: 'proven',
      evidence: [quote(snapshot, 'service', event.text)],
      fix: `aws service-quotas request-service-quota-increase --service-code fargate --quota-code L-3032A538 --desired-value 20 --region ${snapshot.region}`,
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

export const capacityRules: Rule[] = [quota, capacity]
