import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import { container } from '../../../runbooks/aws/stack'
import type { Trouble } from '../../rehearsal/small-trouble'

/** One way to break the environment, or to make it look broken. */
export interface Drill {
  name: string
  /** The root causes that are to be named, the first of them first; none for what only looks like trouble. */
  causes: string[]
  /** What it needs to be so before, where that is more than a healthy environment. */
  ready?: (trouble: Trouble) => Promise<unknown>
  /** Breaks the thing; what it returns mends it. */
  play(trouble: Trouble): Promise<() => Promise<unknown>>
  /** Where it is not the service itself that a user or an SLI notices it by: what is noticed instead. */
  noticed?: (trouble: Trouble) => Promise<string | undefined>
}

/** What is to come in time; a drill whose trouble never comes must end all the same. */
export async function eventually<T>(look: () => Promise<T>, withinMs = 120_000): Promise<T> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await Bun.sleep(300)) {
    const found = await look()
    if (found) return found
  }
  throw new Error(`It did not come in ${withinMs / 1_000} s`)
}

/** Moves the service to a broken revision; what served comes back when it is mended. */
export const moved =
  (revision: (trouble: Trouble) => Promise<string>): Drill['play'] =>
  async (trouble) => {
    await trouble.move(await revision(trouble))
    return () => trouble.back()
  }

/** The served revision with something in it changed, registered by hand. */
export async function variant(
  { small }: Trouble,
  change: (definition: RegisterTaskDefinitionCommandInput) => void,
): Promise<string> {
  const { taskDefinition } = await small.ecs.describeTaskDefinition({ taskDefinition: small.firstRevision })
  const {
    family,
    networkMode,
    requiresCompatibilities,
    cpu,
    memory,
    executionRoleArn,
    containerDefinitions,
    runtimePlatform,
  } = taskDefinition!
  const input: RegisterTaskDefinitionCommandInput = {
    family,
    networkMode,
    requiresCompatibilities,
    cpu,
    memory,
    executionRoleArn,
    containerDefinitions,
    runtimePlatform,
  }
  change(input)
  const registered = await small.ecs.registerTaskDefinition(input)
  return registered.taskDefinition!.taskDefinitionArn!
}

/** A revision whose container runs a program of ours in the place of the chatbot. */
export const running = (
  trouble: Trouble,
  script: string,
  change: (own: ContainerDefinition) => void = () => undefined,
) =>
  variant(trouble, ({ containerDefinitions }) => {
    const own = containerDefinitions!.find(({ name }) => name === container)!
    own.entryPoint = ['bun', '-e', script]
    own.command = []
    change(own)
  })

/** What a user or an SLI notices of the service; nothing where all is well. */
export async function symptoms({ small }: Trouble): Promise<string | undefined> {
  const { cluster, service: serviceName } = small.stack
  const service = await small.service()
  const failed = (service.deployments ?? []).reduce((sum, { failedTasks = 0 }) => sum + failedTasks, 0)
  if (failed > 0) return `${failed} tasks of the deployment failed`
  const { taskArns = [] } = await small.ecs.listTasks({ cluster, serviceName, desiredStatus: 'STOPPED' })
  const { tasks = [] } =
    taskArns.length > 0 ? await small.ecs.describeTasks({ cluster, tasks: taskArns }) : {}
  const going = new Set(
    service.deployments?.filter(({ rolloutState }) => rolloutState !== 'COMPLETED').map(({ id }) => id),
  )
  const died = tasks.filter(
    ({ startedBy, stopCode }) => going.has(startedBy) && stopCode !== 'ServiceSchedulerInitiated',
  )
  if (died.length > 0) return `a task of the deployment ended (${died[0]!.stopCode})`
  const health = await small.elb.describeTargetHealth({ TargetGroupArn: small.targetGroup })
  const sick = health.TargetHealthDescriptions?.find(
    ({ TargetHealth }) => TargetHealth?.State === 'unhealthy',
  )
  if (sick) return `a target is unhealthy (${sick.TargetHealth?.Reason})`
  return answers(small.address)
}

export async function answers(address: string): Promise<string | undefined> {
  try {
    const ready = await fetch(`${address}/ready`, { signal: AbortSignal.timeout(5_000) })
    const text = await ready.text()
    const { degraded = [] } = (text.startsWith('{') ? JSON.parse(text) : {}) as { degraded?: string[] }
    if (degraded.length > 0) return `/ready says that it does without its ${degraded.join(', ')}`
    return ready.ok ? undefined : `the chatbot answers with ${ready.status}`
  } catch (error) {
    return `the chatbot does not answer (${(error as Error).name})`
  }
}

/** Asks the chatbot something that is in no cache. */
export const ask = ({ small }: Trouble, message: string) =>
  fetch(`${small.address}/api/chatbot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message, session_id: crypto.randomUUID() }),
  }).catch(() => undefined)
