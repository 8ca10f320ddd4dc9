import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from './clients'
import type { TaskNetwork } from './service'
import { container, type Stack } from './stack'

/** Starts one task of a revision with another command, outside the service, and returns its ARN. */
export async function runOneShot(
  aws: Aws,
  stack: Stack,
  options: { taskDefinition: string; command: string[]; network: TaskNetwork; startedBy: string },
): Promise<string> {
  const ecs = await aws.ecs()
  const { tasks, failures } = await ecs.runTask({
    cluster: stack.cluster,
    taskDefinition: options.taskDefinition,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: options.network },
    overrides: { containerOverrides: [{ name: container, command: options.command }] },
    startedBy: options.startedBy,
  })
  const arn = tasks?.[0]?.taskArn
  if (arn) return arn
  const why = failures
    ?.map((failure) => [failure.reason, failure.detail].filter(Boolean).join(': '))
    .join('; ')
  throw new Error(`Run a one-shot task of ${options.taskDefinition}: not placed: ${why || 'no reason given'}`)
}

export async function describeTask(aws: Aws, stack: Stack, taskArn: string): Promise<Task | undefined> {
  const ecs = await aws.ecs()
  return (await ecs.describeTasks({ cluster: stack.cluster, tasks: [taskArn] })).tasks?.[0]
}

/** The tasks a deployment started and that have stopped since, newest first. */
export async function stoppedTasksOf(aws: Aws, stack: Stack, deploymentId: string): Promise<Task[]> {
  return tasksWhere(aws, stack, { startedBy: deploymentId, desiredStatus: 'STOPPED' })
}

export async function runningTasks(aws: Aws, stack: Stack): Promise<Task[]> {
  return tasksWhere(aws, stack, { serviceName: stack.service, desiredStatus: 'RUNNING' })
}

async function tasksWhere(
  aws: Aws,
  stack: Stack,
  filter: { startedBy?: string; serviceName?: string; desiredStatus: 'RUNNING' | 'STOPPED' },
): Promise<Task[]> {
  const ecs = await aws.ecs()
  const { taskArns = [] } = await ecs.listTasks({ cluster: stack.cluster, ...filter })
  if (taskArns.length === 0) return []
  const { tasks = [] } = await ecs.describeTasks({ cluster: stack.cluster, tasks: taskArns.slice(0, 100) })
  return tasks.sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
}

export const taskId = (arn: string) => arn.split('/').at(-1) ?? arn
