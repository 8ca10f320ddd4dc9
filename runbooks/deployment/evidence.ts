import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { targetHealth } from '../aws/loadbalancer'
import { lastLines } from '../aws/logs'
import type { Stack } from '../aws/stack'
import { stoppedTasksOf, taskId } from '../aws/tasks'
import { type Cause, causeOf, unhealthyTarget } from './cause'

/** The logs of this many stopped tasks are read: further ones of the same deployment died of the same. */
const enough = 5

/** What a deployment's stopped tasks were, printed and answered: read while it is there, because a rollback removes it. */
export class Evidence {
  readonly #tasks = new Map<string, Task>()
  readonly #lines = new Map<string, string[]>()
  /** Why the logs are not here, if it is not that there are none. */
  #trouble: string | undefined
  /** By the task's id, or by its address. */
  readonly #answers = new Map<string, string>()

  constructor(
    private readonly aws: Aws,
    private readonly stack: Stack,
    private readonly deploymentId: string,
  ) {}

  async gather(): Promise<void> {
    const [stopped] = await Promise.all([
      stoppedTasksOf(this.aws, this.stack, this.deploymentId),
      this.#listen(),
    ])
    for (const task of stopped) this.#tasks.set(task.taskArn!, task)
    const oldest = stopped.toReversed().slice(0, enough)
    await Promise.all(
      oldest.map(async (task) => {
        // Logs arrive a moment after the task has gone.
        if (this.#lines.get(task.taskArn!)?.length) return
        this.#lines.set(task.taskArn!, await lastLines(this.aws, task).catch((error) => this.#unread(error)))
      }),
    )
  }

  /** Who may not read the log still learns the rest; it is tried again at the next look. */
  #unread(error: Error): string[] {
    this.#trouble = `cannot be read: ${error.message}`
    return []
  }

  /** ECS tells as an event what the load balancer got; a moment later the target is gone. */
  hear(event: string): void {
    const { task, reason } = unhealthyTarget(event) ?? {}
    if (task && reason) this.#answers.set(task, reason)
  }

  cause(): Cause | undefined {
    const cause = causeOf([...this.#tasks.values()], {
      linesOf: (arn) => this.#lines.get(arn) ?? [],
      answerOf: (task) => this.#answers.get(taskId(task.taskArn ?? '')) ?? this.#answers.get(addressOf(task)),
    })
    const unread = this.#trouble && cause && !this.#lines.get(cause.task)?.length
    return unread ? { ...cause, evidence: [...cause.evidence, `log: ${this.#trouble}`] } : cause
  }

  /** What the load balancer gets where it finds a task unhealthy; who may not look goes without. */
  async #listen(): Promise<void> {
    const targets = await targetHealth(this.aws, this.stack).catch(() => [])
    for (const { Target, TargetHealth } of targets) {
      if (TargetHealth?.State !== 'unhealthy' || !Target?.Id) continue
      this.#answers.set(Target.Id, TargetHealth.Description ?? TargetHealth.Reason ?? 'no healthy answer')
    }
  }
}

function addressOf(task: Task): string {
  const details = task.attachments?.flatMap((attachment) => attachment.details ?? [])
  return details?.find(({ name }) => name === 'privateIPv4Address')?.value ?? ''
}
