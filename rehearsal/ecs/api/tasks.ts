import type {
  DescribeTasksRequest,
  Failure,
  ListTasksRequest,
  RunTaskRequest,
  StopTaskRequest,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import { findCluster } from '../clusters.ts'
import type { Ground } from '../ground.ts'
import { hexId, lastPart } from '../ids.ts'
import { nextProvider } from '../judge/strategy.ts'
import type { State } from '../state.ts'
import { containersOf, findActiveDefinition } from '../task/definition.ts'
import type { LiveTask } from '../task/live.ts'
import type { TaskPlan } from '../task/plan.ts'
import { reasonWords } from '../words/reasons.ts'
import { invalid } from './find.ts'
import { checkLaunch, checkNetwork } from './validate.ts'
import { page, wire } from './wire.ts'

export function taskHandlers(state: State, ground: Ground): Handlers[string] {
  const find = (cluster: string, nameOrArn: string): LiveTask | undefined => {
    const task = state.tasks.get(lastPart(nameOrArn))
    return task?.plan.cluster.name === cluster ? task : undefined
  }
  const shown = (task: LiveTask, withTags = true) =>
    wire({ ...task.view, tags: withTags ? task.view.tags : [] })

  return {
    async RunTask(call: Call) {
      const input = call.input as RunTaskRequest
      const cluster = await findCluster(ground.moto, input.cluster)
      checkLaunch(input.launchType, input.capacityProviderStrategy?.length)
      const count = input.count ?? 1
      if (count < 1 || count > 10) throw invalid('The number of tasks must be between 1 and 10.')
      const { definition, tags } = await findActiveDefinition(ground.moto, input.taskDefinition!)
      checkNetwork(definition, input.networkConfiguration)
      checkOverrides(definition, input)
      const strategy = input.capacityProviderStrategy?.length
        ? input.capacityProviderStrategy
        : input.launchType
          ? undefined
          : cluster.defaultCapacityProviderStrategy
      const placed: Record<string, number> = {}
      const managed = input.enableECSManagedTags ? [{ key: 'aws:ecs:clusterName', value: cluster.name }] : []
      const failures: Failure[] = []
      const started = Array.from({ length: count }, () => {
        const provider = strategy?.length ? nextProvider(strategy, placed) : undefined
        const plan: TaskPlan = {
          id: hexId(),
          cluster: { name: cluster.name, arn: cluster.arn },
          definition,
          overrides: input.overrides,
          vpc: input.networkConfiguration?.awsvpcConfiguration ?? { subnets: [] },
          group: input.group ?? `family:${definition.family}`,
          startedBy: input.startedBy,
          launchType: 'FARGATE',
          capacityProviderName: provider,
          tags: [
            ...(input.tags ?? []),
            ...(input.propagateTags === 'TASK_DEFINITION' ? tags : []),
            ...managed,
          ],
          enableExecuteCommand: input.enableExecuteCommand ?? false,
          loadBalancers: [],
        }
        const reason = state.capacity.refusal(plan)
        if (reason) {
          failures.push({ reason })
          return []
        }
        if (provider) placed[provider] = (placed[provider] ?? 0) + 1
        return [state.start(plan)]
      }).flat()
      return { tasks: started.map((task) => shown(task)), failures }
    },

    StartTask() {
      throw invalid(
        'StartTask is not supported for tasks of launch type FARGATE: there is no container instance to start them on.',
      )
    },

    async StopTask(call: Call) {
      const input = call.input as StopTaskRequest
      const cluster = await findCluster(ground.moto, input.cluster)
      const task = find(cluster.name, input.task!)
      if (!task) throw invalid('The referenced task was not found.')
      task.stop({ code: 'UserInitiated', reason: input.reason ?? reasonWords.byUser })
      return { task: shown(task) }
    },

    async DescribeTasks(call: Call) {
      const input = call.input as DescribeTasksRequest
      const names = input.tasks ?? []
      if (names.length === 0) throw invalid('Tasks cannot be empty.')
      if (names.length > 100) throw invalid('Tasks cannot have more than 100 elements.')
      const cluster = await findCluster(ground.moto, input.cluster)
      const found = names.map((name) => [name, find(cluster.name, name)] as const)
      const withTags = input.include?.includes('TAGS') ?? false
      return {
        tasks: found.flatMap(([, task]) => (task ? [shown(task, withTags)] : [])),
        failures: found.flatMap(([name, task]) => {
          const arn = name.startsWith('arn:') ? name : ground.arns.task(cluster.name, name)
          return task ? [] : [{ arn, reason: 'MISSING' }]
        }),
      }
    },

    async ListTasks(call: Call) {
      const input = call.input as ListTasksRequest
      const cluster = await findCluster(ground.moto, input.cluster)
      const { serviceName, family, startedBy } = input
      if (serviceName && !state.services.has(ground.arns.service(cluster.name, lastPart(serviceName))))
        throw new AwsError('ServiceNotFoundException', 'Service not found.')
      const arns = [...state.tasks.values()]
        .filter((it) => it.plan.cluster.name === cluster.name)
        .filter((it) => it.view.desiredStatus === (input.desiredStatus ?? 'RUNNING'))
        .filter((it) => !serviceName || it.plan.group === `service:${lastPart(serviceName)}`)
        .filter((it) => !family || it.plan.definition.family === family)
        .filter((it) => !startedBy || it.plan.startedBy === startedBy)
        .filter((it) => !input.launchType || it.view.launchType === input.launchType)
        .map((it) => it.view.taskArn!)
      const { items, nextToken } = page(arns, input.maxResults ?? 100, input.nextToken)
      return { taskArns: items, ...(nextToken && { nextToken }) }
    },
  }
}

function checkOverrides(definition: TaskDefinition, { overrides }: RunTaskRequest): void {
  const names = containersOf(definition).map((it) => it.name)
  for (const { name } of overrides?.containerOverrides ?? [])
    if (!names.includes(name))
      throw invalid(`Override for container named ${name} is not a container in the TaskDefinition.`)
}
