import type { Tag } from '@aws-sdk/client-ecs'
import { hexId } from '../ids.ts'
import type { Plan } from '../judge/plan.ts'
import { nextProvider } from '../judge/strategy.ts'
import type { LiveTask, StopCause } from '../task/live.ts'
import type { TaskPlan } from '../task/plan.ts'
import { eventWords } from '../words/events.ts'
import { reasonWords } from '../words/reasons.ts'
import { isStarting, primaryOf, type ServiceRecord } from './record.ts'
import { say } from './say.ts'
import type { Scheduling } from './scheduler.ts'

/** Does what the plan says, and says what it did; why a task could not be placed, if one could not. */
export function carryOut(
  service: ServiceRecord,
  plan: Plan,
  unhealthy: Map<string, StopCause>,
  { launch, refusal }: Pick<Scheduling, 'launch' | 'refusal'>,
): string | undefined {
  const primary = primaryOf(service)
  const stopping = [...service.tasks].filter((task) => plan.stop.some((it) => it.id === task.id))
  const pending = stopping.filter(isStarting)
  const running = stopping.filter((task) => !pending.includes(task))
  for (const task of stopping) {
    const because = plan.stop.find((it) => it.id === task.id)!.because
    const scaling = { code: 'ServiceSchedulerInitiated', reason: reasonWords.scaling(primary.id) } as const
    task.stop((because === 'unhealthy' && unhealthy.get(task.id)) || scaling)
  }
  const ids = (tasks: LiveTask[]) => tasks.map((task) => task.id)
  if (running.length > 0) say(service, eventWords.stoppedRunning(service.name, ids(running)))
  if (pending.length > 0) say(service, eventWords.stoppedPending(service.name, pending.length))
  const started: LiveTask[] = []
  let refused: string | undefined
  while (started.length < plan.start) {
    const next = nextTask(service)
    refused = refusal(next)
    if (refused) break
    const task = launch(next)
    service.tasks.add(task)
    started.push(task)
  }
  const replaced = countReplacements(service, plan)
  if (started.length > 0) say(service, eventWords.started(service.name, ids(started), replaced))
  return refused
}

/** How many of the tasks started now take the place of an unhealthy one, stopped before or still to stop. */
function countReplacements({ replacements }: ServiceRecord, plan: Plan): number {
  const late = Math.min(replacements.owed, plan.start - plan.replacing)
  replacements.owed -= late
  replacements.ahead += plan.replacing
  for (const { because } of plan.stop) {
    if (because !== 'unhealthy') continue
    if (replacements.ahead > 0) replacements.ahead--
    else replacements.owed++
  }
  return plan.replacing + late
}

/** The next task of the primary deployment. */
function nextTask(service: ServiceRecord): TaskPlan {
  const { id, revision } = primaryOf(service)
  const strategy = revision.capacityProviderStrategy
  return {
    id: hexId(),
    cluster: service.cluster,
    definition: revision.definition,
    vpc: revision.networkConfiguration?.awsvpcConfiguration ?? { subnets: [] },
    group: `service:${service.name}`,
    startedBy: id,
    launchType: revision.launchType,
    capacityProviderName: strategy && nextProvider(strategy, placedOn(service)),
    tags: tagsFor(service),
    enableExecuteCommand: service.settings.enableExecuteCommand ?? false,
    loadBalancers: revision.loadBalancers,
  }
}

function placedOn(service: ServiceRecord): Record<string, number> {
  const placed: Record<string, number> = {}
  for (const task of service.tasks) {
    const name = task.plan.capacityProviderName
    if (name && !task.cause) placed[name] = (placed[name] ?? 0) + 1
  }
  return placed
}

function tagsFor(service: ServiceRecord): Tag[] {
  const { propagateTags, enableECSManagedTags } = service.settings
  const managed = enableECSManagedTags
    ? [
        { key: 'aws:ecs:clusterName', value: service.cluster.name },
        { key: 'aws:ecs:serviceName', value: service.name },
      ]
    : []
  if (propagateTags === 'SERVICE') return [...service.tags, ...managed]
  return propagateTags === 'TASK_DEFINITION'
    ? [...primaryOf(service).revision.definitionTags, ...managed]
    : managed
}
