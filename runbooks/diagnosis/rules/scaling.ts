import { read, tagKeys } from '../../emergency/memory'
import { quote, type Rule, runbookOf, seen } from '../rule'

const forgotten: Rule = {
  id: 'emergency-forgotten',
  family: 'scaling',
  title: 'An emergency shutdown still stands',
  section: '10.3',
  needs: ['service', 'scaling'],
  look(snapshot) {
    const service = seen(snapshot, 'service')
    const tag = service?.tags?.[tagKeys.standing]
    if (!service || tag === undefined) return undefined
    const memory = read(tag)
    const suspended = seen(snapshot, 'scaling')?.suspended ?? []
    const still = [
      service.desired === 0 && 'the service is at 0 tasks',
      suspended.length > 0 && `autoscaling is suspended (${suspended.join(', ')})`,
    ].filter((one) => one !== false)
    const who = memory ? ` of ${memory.at} by ${memory.by}` : ''
    return {
      cause: `The emergency shutdown${who} was never restored${still.length ? `: ${still.join(', and ')}` : ''}`,
      confidence: 'proven',
      evidence: [
        quote(snapshot, 'service', `the service's tag ${tagKeys.standing} is "${tag}"`),
        quote(snapshot, 'service', `desired ${service.desired}, running ${service.running}`),
        ...(suspended.length ? [quote(snapshot, 'scaling', `suspended: ${suspended.join(', ')}`)] : []),
      ],
      fix: runbookOf(snapshot, 'emergency-restore'),
      mend: { do: 'emergency-restore' },
    }
  },
}

const suspended: Rule = {
  id: 'scaling-suspended',
  family: 'scaling',
  title: 'Autoscaling is suspended',
  section: '10.3',
  needs: ['scaling'],
  look(snapshot) {
    const scaling = seen(snapshot, 'scaling')
    if (!scaling) return undefined
    if (!scaling.suspended?.length)
      return {
        ruledOut: this.title,
        by: quote(snapshot, 'scaling', `${scaling.min} to ${scaling.max} tasks, nothing is suspended`),
      }
    return {
      cause: `Autoscaling is suspended (${scaling.suspended.join(', ')}): the number of tasks does not follow the load`,
      confidence: 'proven',
      evidence: [quote(snapshot, 'scaling', `suspended: ${scaling.suspended.join(', ')}`)],
      fix: `aws application-autoscaling register-scalable-target --service-namespace ecs --resource-id service/tria-aibpo-${snapshot.environment}-cluster/tria-aibpo-${snapshot.environment}-service --scalable-dimension ecs:service:DesiredCount --suspended-state DynamicScalingInSuspended=false,DynamicScalingOutSuspended=false,ScheduledScalingSuspended=false --region ${snapshot.region}`,
      mend: { do: 'resume-scaling', was: scaling.suspended },
    }
  },
}

export const scalingRules: Rule[] = [forgotten, suspended]
