import type { Aws } from '../aws/clients'
import type { Change } from '../core'
import { all, isSuspended, type Memory, none, type Standing, type Suspended, tagKeys, write } from './memory'
import { dimension, type Place } from './place'

/**
 * The changes of a shutdown and of a restore, as data: each with its effect, its undo and the AWS CLI line that does
 * the same. Who runs them decides the order, which is what matters: RegisterScalableTarget brings the count between
 * minimum and maximum at once, also when only flags change. So scaling is suspended before zero and never at zero,
 * and the count comes back before the flags do.
 */
const scalable = (place: Place) =>
  `aws application-autoscaling register-scalable-target --service-namespace ecs --resource-id ${place.resourceId} --scalable-dimension ${dimension}`

const flagsOf = (it: Suspended) => ({
  DynamicScalingInSuspended: it.in,
  DynamicScalingOutSuspended: it.out,
  ScheduledScalingSuspended: it.scheduled,
})

const words = (it: Suspended) =>
  Object.entries(flagsOf(it))
    .map(([name, value]) => `${name}=${value}`)
    .join(',')

async function register(
  aws: Aws,
  place: Place,
  more: { MinCapacity?: number; MaxCapacity?: number; SuspendedState: object },
) {
  const autoscaling = await aws.autoscaling()
  await autoscaling.registerScalableTarget({
    ServiceNamespace: 'ecs',
    ResourceId: place.resourceId,
    ScalableDimension: dimension,
    ...more,
  })
}

/** `unknown`: nobody could look whether there is anything to suspend, so it is tried. */
export function suspendScaling(aws: Aws, place: Place, now: Standing, unknown = false): Change<void> {
  // At zero already, somebody else's zero: with a minimum of 0 in the same call nothing is lifted.
  const floor = now.desired === 0 ? { MinCapacity: 0 } : {}
  return {
    title: 'Suspend autoscaling',
    effect: 'nothing but a person changes the number of tasks',
    equivalent: `${scalable(place)}${now.desired === 0 ? ' --min-capacity 0' : ''} --suspended-state ${words(all)} ${place.tail}`,
    undo: place.restore,
    already: async () => {
      if (!now.scaling) return !unknown && { why: 'the service is not scaled automatically' }
      return isSuspended(now.scaling.suspended) ? { why: 'all of it is suspended' } : false
    },
    run: () => register(aws, place, { ...floor, SuspendedState: flagsOf(all) }),
  }
}

/** Back to the flags and bounds that were; nothing is registered where nothing differs. */
export function restoreScaling(
  aws: Aws,
  place: Place,
  wanted: NonNullable<Standing['scaling']>,
  same: boolean,
): Change<void> {
  const { min, max, suspended } = wanted
  const resumed = Object.values(suspended).some(Boolean) ? `as before: ${words(suspended)}` : 'again at work'
  return {
    title: 'Restore autoscaling',
    effect: `${min} to ${max} tasks, ${resumed}`,
    equivalent: `${scalable(place)} --min-capacity ${min} --max-capacity ${max} --suspended-state ${words(suspended)} ${place.tail}`,
    undo: `${scalable(place)} --suspended-state ${words(all)} ${place.tail}`,
    already: async () => (same ? { why: `${min} to ${max} tasks, ${words(suspended)}` } : false),
    run: () =>
      register(aws, place, { MinCapacity: min, MaxCapacity: max, SuspendedState: flagsOf(suspended) }),
  }
}

/** What resumes all of autoscaling, for who knows that it was at work. */
export const resumeLine = (place: Place) =>
  `${scalable(place)} --suspended-state ${words(none)} ${place.tail}`

/** Sets the number of tasks, and the revision where it is to be another one; one UpdateService. */
export function setCount(
  aws: Aws,
  place: Place,
  change: { title: string; effect: string; undo: string; count: number; revision?: string | undefined },
  now: { desired: number; revision?: string },
): Change<void> {
  const { title, effect, undo, count, revision } = change
  const { cluster, service } = place.stack
  return {
    title,
    effect,
    equivalent: [
      'aws ecs update-service',
      `--cluster ${cluster} --service ${service} --desired-count ${count}`,
      ...(revision ? [`--task-definition ${revision}`] : []),
      place.tail,
    ].join(' '),
    undo,
    already: async () =>
      now.desired === count && (!revision || now.revision === revision)
        ? { why: `the desired count is ${count}` }
        : false,
    async run() {
      const ecs = await aws.ecs()
      await ecs.updateService({
        cluster,
        service,
        desiredCount: count,
        ...(revision && { taskDefinition: revision }),
      })
    },
  }
}

/** Writes what must come back onto the service, where any colleague's machine can read it. */
export function remember(aws: Aws, place: Place, arn: string, memory: Memory): Change<void> {
  return tag(aws, place, arn, {
    title: 'Remember what was',
    effect: `${describe(memory)}, on the service's tag ${tagKeys.standing}`,
    tags: { [tagKeys.standing]: write(memory) },
  })
}

export function tag(
  aws: Aws,
  place: Place,
  resourceArn: string,
  { title, effect, tags }: { title: string; effect: string; tags: Record<string, string> },
): Change<void> {
  const keys = Object.keys(tags)
  const given = Object.entries(tags).map(([key, value]) => `'key=${key},value=${value}'`)
  return {
    title,
    effect,
    equivalent: `aws ecs tag-resource --resource-arn ${resourceArn} --tags ${given.join(' ')} ${place.tail}`,
    undo: `aws ecs untag-resource --resource-arn ${resourceArn} --tag-keys ${keys.join(' ')} ${place.tail}`,
    async run() {
      const ecs = await aws.ecs()
      await ecs.tagResource({
        resourceArn,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      })
    },
  }
}

export function forget(aws: Aws, place: Place, resourceArn: string, keys: string[]): Change<void> {
  return {
    title: 'Forget the shutdown',
    effect: `the service's tags ${keys.join(', ')} go`,
    equivalent: `aws ecs untag-resource --resource-arn ${resourceArn} --tag-keys ${keys.join(' ')} ${place.tail}`,
    undo: place.shutdown,
    already: async () => (keys.length === 0 ? { why: 'nothing is remembered' } : false),
    async run() {
      const ecs = await aws.ecs()
      await ecs.untagResource({ resourceArn, tagKeys: keys })
    },
  }
}

/** In one line, for people. */
export function describe({ desired, scaling, taskDefinition }: Standing): string {
  const flags = scaling && Object.entries(scaling.suspended).filter(([, value]) => value)
  const suspended = flags?.length ? `, suspended: ${flags.map(([name]) => name).join(', ')}` : ''
  const bounds = scaling ? `, scaling ${scaling.min} to ${scaling.max}${suspended}` : ', no autoscaling'
  return `${desired} task(s) of ${taskDefinition}${bounds}`
}
