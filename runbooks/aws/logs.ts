import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from './clients'
import { findRevision } from './revisions'
import { container } from './stack'
import { taskId } from './tasks'

/** Where a task's output goes, as its own task definition says; undefined where it does not use awslogs. */
export async function streamOf(aws: Aws, task: Task): Promise<{ group: string; stream: string } | undefined> {
  const revision = task.taskDefinitionArn ? await findRevision(aws, task.taskDefinitionArn) : undefined
  const definition = revision?.taskDefinition.containerDefinitions?.find(({ name }) => name === container)
  const options = definition?.logConfiguration?.options
  const group = options?.['awslogs-group']
  if (definition?.logConfiguration?.logDriver !== 'awslogs' || !group || !task.taskArn) return undefined
  return { group, stream: `${options['awslogs-stream-prefix']}/${container}/${taskId(task.taskArn)}` }
}

/** The last lines a task printed, oldest first; empty where it never got so far as to have a log stream. */
export async function lastLines(aws: Aws, task: Task, limit = 10): Promise<string[]> {
  const place = await streamOf(aws, task)
  if (!place) return []
  const logs = await aws.logs()
  try {
    const { events = [] } = await logs.getLogEvents({
      logGroupName: place.group,
      logStreamName: place.stream,
      startFromHead: false,
      limit,
    })
    return events.map((event) => event.message?.trimEnd() ?? '')
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return []
    throw error
  }
}
