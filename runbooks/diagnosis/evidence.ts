import { container, stackOf } from '../aws/stack'
import { printable } from '../core/output/printable'
import type { LineSeen, TaskSeen } from './parts'
import { type Evidence, runbookOf, seen, word } from './rule'
import type { Snapshot } from './snapshot'
import { endOf, lastFailed, moving, tellingTasks } from './telling'

/** How a task ended, in AWS's words. */
export function ended(snapshot: Snapshot, task: TaskSeen): Evidence {
  const { cluster } = stackOf(snapshot.environment)
  return {
    text: printable(`task ${task.id} stopped: ${endOf(task)}`),
    command: `aws ecs describe-tasks --cluster ${cluster} --tasks ${word(task.id)} --region ${snapshot.region}`,
  }
}

/** The first two telling ends that match, and how many there are. */
export function ends(snapshot: Snapshot, words: RegExp): Evidence[] {
  const matching = tellingTasks(snapshot).filter((task) => words.test(endOf(task)))
  const more = { text: `and ${matching.length - 2} more alike`, command: snapshot.parts.tasks?.command ?? '' }
  const shown = matching.slice(0, 2).map((task) => ended(snapshot, task))
  return matching.length > 2 ? [...shown, more] : shown
}

/** What a task printed. */
export function printed(snapshot: Snapshot, { task, text }: LineSeen): Evidence {
  const { logGroup } = stackOf(snapshot.environment)
  const stream = word(`app/${container}/${task}`)
  return {
    text: printable(`task ${task} printed: ${text}`),
    command: `aws logs get-log-events --log-group-name ${logGroup} --log-stream-name ${stream} --region ${snapshot.region}`,
  }
}

export function imageGone({ region }: Snapshot, reference: string): Evidence {
  const [, repository = '', , tag, digest] = reference.match(/^[^/]+\/([^:@]+)(:([^@]+))?(?:@(.+))?$/) ?? []
  const id = digest ? `imageDigest=${digest}` : `imageTag=${tag ?? 'latest'}`
  return {
    text: printable(`ECR has no image ${reference}`),
    command: `aws ecr describe-images --repository-name ${word(repository)} --image-ids ${word(id)} --region ${region}`,
  }
}

/** Out of a revision that does not come up: back to what served, unless ECS went back by itself. */
export function wayBack(snapshot: Snapshot): string {
  const service = seen(snapshot, 'service')
  const failed = lastFailed(snapshot)
  if (service && failed && !moving(service) && failed.revision !== service.taskDefinition) {
    const now = service.taskDefinition.split('/').at(-1)
    return `${runbookOf(snapshot, 'deploy')}   # once it is mended: the service is back on ${now} already`
  }
  return runbookOf(snapshot, 'rollback')
}
