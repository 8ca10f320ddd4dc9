import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../../aws/clients'
import type { Door } from '../../aws/door'
import { findService, primaryOf } from '../../aws/service'
import type { Stack } from '../../aws/stack'
import { runningTasks } from '../../aws/tasks'

/** What the environment is, as AWS and the chatbot's own address tell it: never as a runbook printed it. */
export interface World {
  desired: number
  running: number
  /** `family:number` of what the service is set to. */
  revision: string
  /** What its running tasks are of, each once. */
  serving: string[]
  /** Nothing is being rolled out. */
  still: boolean
  /** Whether autoscaling is suspended: in, out, scheduled. */
  suspended: boolean[]
  min: number
  max: number
  /** The version that `/health` gives, or the status where it gives none. */
  version: string
  /** How many revisions the family has. */
  revisions: number
  /** Who holds the environment's lock. */
  lock: { run: string; who: string; what: string } | undefined
}

export async function lookAtWorld(aws: Aws, stack: Stack, bucket: string, door: Door): Promise<World> {
  const [service, tasks, target, version, revisions, lock] = await Promise.all([
    findService(aws, stack),
    runningTasks(aws, stack),
    scalableTarget(aws, stack),
    versionAt(door),
    countRevisions(aws, stack),
    lockOf(aws, stack, bucket),
  ])
  const primary = service && primaryOf(service)
  const { DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended } =
    target?.SuspendedState ?? {}
  const flags = [DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended]
  return {
    desired: service?.desiredCount ?? 0,
    running: service?.runningCount ?? 0,
    revision: nameOf(service?.taskDefinition),
    serving: [...new Set(tasks.filter(isUp).map((task) => nameOf(task.taskDefinitionArn)))].sort(),
    still: service?.deployments?.length === 1 && primary?.rolloutState === 'COMPLETED',
    suspended: flags.map((flag) => flag ?? false),
    min: target?.MinCapacity ?? 0,
    max: target?.MaxCapacity ?? 0,
    version,
    revisions,
    lock,
  }
}

export const nameOf = (arn = '') => arn.split('/').at(-1) ?? arn

const isUp = (task: Task) => task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING'

/** How Application Auto Scaling names the service's count. */
export const scaled = (stack: Stack) =>
  ({
    ServiceNamespace: 'ecs',
    ResourceId: `service/${stack.cluster}/${stack.service}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  }) as const

async function scalableTarget(aws: Aws, stack: Stack) {
  const { ServiceNamespace, ResourceId } = scaled(stack)
  const scaling = await aws.autoscaling()
  const { ScalableTargets } = await scaling.describeScalableTargets({
    ServiceNamespace,
    ResourceIds: [ResourceId],
  })
  return ScalableTargets?.[0]
}

/** What the load balancer's address answers: the server's version, or the status of an answer without one. */
export async function versionAt(door: Door): Promise<string> {
  try {
    const response = await door.fetch('/health', { signal: AbortSignal.timeout(5_000) })
    const text = await response.text()
    return text.match(/"version":"([^"]+)"/)?.[1] ?? `HTTP ${response.status}`
  } catch (error) {
    return (error as Error).name
  }
}

async function countRevisions(aws: Aws, stack: Stack): Promise<number> {
  const ecs = await aws.ecs()
  let count = 0
  let nextToken: string | undefined
  do {
    const page = await ecs.listTaskDefinitions({
      familyPrefix: stack.family,
      ...(nextToken ? { nextToken } : {}),
    })
    count += page.taskDefinitionArns?.length ?? 0
    nextToken = page.nextToken
  } while (nextToken)
  return count
}

async function lockOf(aws: Aws, stack: Stack, bucket: string): Promise<World['lock']> {
  const text = await textAt(aws, bucket, stack.lockKey)
  return text === undefined ? undefined : (JSON.parse(text) as World['lock'])
}

/** An object of the state bucket; undefined where there is none, nor a bucket. */
export async function textAt(aws: Aws, Bucket: string, Key: string): Promise<string | undefined> {
  const s3 = await aws.s3()
  try {
    return await (await s3.getObject({ Bucket, Key })).Body?.transformToString()
  } catch (error) {
    if (/^(NoSuchKey|NoSuchBucket)$/.test((error as Error).name)) return undefined
    throw error
  }
}
