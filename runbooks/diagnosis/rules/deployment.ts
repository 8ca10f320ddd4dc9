import { type Found, minutesBetween, quote, type Rule, runbookOf, seen } from '../rule'
import type { Snapshot } from '../snapshot'
import { lastFailed } from '../telling'

const missing: Rule = {
  id: 'service-missing',
  family: 'deployment',
  title: 'There is no service',
  section: '4',
  needs: ['service'],
  look(snapshot) {
    const part = snapshot.parts.service
    if (seen(snapshot, 'service') !== null || !part) return undefined
    return {
      cause: `${snapshot.environment} has no service in ${snapshot.region}: it was never deployed, or has been destroyed`,
      confidence: 'proven',
      evidence: [quote(snapshot, 'service', 'the answer names no service')],
      fix: runbookOf(snapshot, 'deploy'),
    }
  },
}

const rolledBack: Rule = {
  id: 'deployment-rolled-back',
  family: 'deployment',
  title: 'The last deployment did not come up',
  section: '10.1',
  needs: ['moves'],
  look(snapshot) {
    const failed = lastFailed(snapshot)
    if (!failed) return undefined
    const of = failed.revision?.split('/').at(-1) ?? 'a revision'
    return {
      cause: `The move to ${of} of ${failed.at.slice(0, 16).replace('T', ' ')} UTC ended as ${failed.status}`,
      confidence: 'likely',
      evidence: [
        quote(snapshot, 'moves', `${failed.id}: ${failed.status}: ${failed.reason ?? 'no reason given'}`),
      ],
      fix: runbookOf(snapshot, 'deploy'),
    }
  },
}

/** Longer than any deployment takes whose tasks start. */
const tooLong = 30

const stuck: Rule = {
  id: 'deployment-stuck',
  family: 'deployment',
  title: 'A deployment does not come to its end',
  section: '10.1',
  needs: ['service'],
  look(snapshot) {
    const own = seen(snapshot, 'service')?.deployments?.find((one) => one.status === 'PRIMARY')
    if (own?.rolloutState !== 'IN_PROGRESS') return undefined
    const blocked = noStep(snapshot, own.at)
    if (blocked) return blocked
    const minutes = Math.round(minutesBetween(own.at, snapshot.at))
    const text = `${own.id}: ${own.running} of ${own.desired} running, ${own.failed} failed, for ${minutes} minutes`
    if (!(minutes > tooLong)) return { ruledOut: this.title, by: quote(snapshot, 'service', text) }
    return {
      cause: `The deployment ${own.id} has been under way for ${minutes} minutes`,
      confidence: 'likely',
      evidence: [quote(snapshot, 'service', text)],
      fix: runbookOf(snapshot, 'rollback'),
    }
  },
}

/** ECS may neither start a task more nor stop one: of a single task, 150 % are rounded down to one. */
function noStep(snapshot: Snapshot, since: string): Found | undefined {
  const steps = (seen(snapshot, 'service')?.events ?? []).filter(
    ({ at, text }) => at >= since && /has (started|stopped) \d|unable to stop or start tasks/.test(text),
  )
  // What it did since tells more than what it could not do before.
  const event = steps.toSorted((a, b) => b.at.localeCompare(a.at))[0]
  if (!event || !/because of the service deployment configuration/.test(event.text)) return undefined
  const { environment, region } = snapshot
  const room =
    'deploymentCircuitBreaker={enable=true,rollback=true},minimumHealthyPercent=100,maximumPercent=200'
  return {
    cause:
      "The deployment cannot take a step: the service's minimumHealthyPercent lets no task go, and its maximumPercent none come",
    confidence: 'proven',
    evidence: [quote(snapshot, 'service', event.text)],
    fix: `aws ecs update-service --cluster tria-aibpo-${environment}-cluster --service tria-aibpo-${environment}-service --deployment-configuration '${room}' --region ${region}`,
  }
}

export const deploymentRules: Rule[] = [missing, stuck, rolledBack]
