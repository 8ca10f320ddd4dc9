import type { Task } from '@aws-sdk/client-ecs'
import { container } from '../../aws/stack'
import { taskId } from '../../aws/tasks'
import type { TaskSeen } from '../parts'
import type { Part } from '../snapshot'
import { iso, look, type Place, unless } from './look'

/** So many tasks of either kind are looked at, in pages of a hundred: further ones tell the same. */
const pages = 3

/** The service's tasks that run, and those that stopped within about an hour. */
export function lookAtTasks(place: Place): Promise<Part<TaskSeen[]>> {
  const { cluster, service } = place.stack
  return look(
    `aws ecs list-tasks --cluster ${cluster} --service-name ${service} --desired-status STOPPED --region ${place.region}   # then: aws ecs describe-tasks --tasks ...`,
    async (partly) => {
      return (await describedTasks(place, partly)).map(taskSeen)
    },
  )
}

/** The same, as ECS describes them. */
export async function describedTasks(
  place: Pick<Place, 'aws' | 'stack'>,
  partly: (text: string) => void,
): Promise<Task[]> {
  const more = () => partly(`only ${pages * 100} of the tasks that run, or stopped, were looked at`)
  const [running, stopped] = await Promise.all([
    tasksOf(place, 'RUNNING', more),
    tasksOf(place, 'STOPPED', more),
  ])
  return [...running, ...stopped]
}

async function tasksOf(
  { aws, stack }: Pick<Place, 'aws' | 'stack'>,
  desiredStatus: 'RUNNING' | 'STOPPED',
  more: () => void,
): Promise<Task[]> {
  const ecs = await aws.ecs()
  const { cluster } = stack
  const described: Promise<Task[]>[] = []
  let nextToken: string | undefined
  for (let page = 0; page < pages; page++) {
    const asked = ecs.listTasks({
      cluster,
      serviceName: stack.service,
      desiredStatus,
      ...(nextToken ? { nextToken } : {}),
    })
    const answer = await unless(/^(Cluster|Service)NotFound/, asked)
    const arns = answer?.taskArns ?? []
    if (arns.length > 0)
      described.push(ecs.describeTasks({ cluster, tasks: arns }).then(({ tasks = [] }) => tasks))
    nextToken = answer?.nextToken
    if (!nextToken) break
  }
  if (nextToken) more()
  return (await Promise.all(described)).flat()
}

function taskSeen(task: Task): TaskSeen {
  const own = task.containers?.find(({ name }) => name === container)
  return {
    id: taskId(task.taskArn ?? ''),
    status: task.lastStatus ?? '',
    startedBy: task.startedBy,
    definition: task.taskDefinitionArn ?? '',
    created: iso(task.createdAt),
    stopping: iso(task.stoppingAt ?? task.stoppedAt),
    stopCode: task.stopCode,
    reason: task.stoppedReason,
    exitCode: own?.exitCode,
    containerReason: own?.reason,
  }
}
