import type { Aws } from './clients'
import { container, type Stack } from './stack'
import { taskId } from './tasks'

/** The stream prefix of the task definition's awslogs configuration. */
export const streamPrefix = 'ecs'

/** The last lines a task printed, oldest first; empty where it never got so far as to have a log stream. */
export async function lastLines(aws: Aws, stack: Stack, taskArn: string, limit = 10): Promise<string[]> {
  const logs = await aws.logs()
  try {
    const { events = [] } = await logs.getLogEvents({
      logGroupName: stack.logGroup,
      logStreamName: `${streamPrefix}/${container}/${taskId(taskArn)}`,
      startFromHead: false,
      limit,
    })
    return events.map((event) => event.message?.trimEnd() ?? '')
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return []
    throw error
  }
}
