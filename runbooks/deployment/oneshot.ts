import { setTimeout as pause } from 'node:timers/promises'
import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { lastLines } from '../aws/logs'
import type { TaskNetwork } from '../aws/service'
import { container, type Stack } from '../aws/stack'
import { describeTask, runOneShot } from '../aws/tasks'
import { Failed, type Step } from '../core'
import { causeOf } from './cause'

/** Runs a command in one task outside the service and waits for its end. Anything but exit code 0 is a failure. */
export async function runToEnd(
  aws: Aws,
  stack: Stack,
  step: Step,
  options: { taskDefinition: string; command: string[]; network: TaskNetwork; startedBy: string },
): Promise<void> {
  const arn = await runOneShot(aws, stack, options)
  const task = await untilStopped(aws, stack, arn, step)
  const lines = await lastLines(aws, task, 20)
  for (const line of lines) step.line(line)
  const exitCode = task.containers?.find((one) => one.name === container)?.exitCode
  if (exitCode === 0) return
  const cause = causeOf([task], () => lines)
  throw new Failed(
    `Run ${options.command.join(' ')}: ${cause?.sentence ?? 'the task stopped without an exit code'}`,
    {
      data: cause,
      next: `aws logs filter-log-events --log-group-name ${stack.logGroup} --filter-pattern error`,
    },
  )
}

async function untilStopped(aws: Aws, stack: Stack, arn: string, step: Step): Promise<Task> {
  for (;;) {
    const task = await describeTask(aws, stack, arn)
    if (!task) throw new Failed(`Follow task ${arn}: it is not known to the cluster any more`)
    if (task.lastStatus === 'STOPPED') return task
    step.waiting(`task is ${task.lastStatus}`)
    await pause(1_000, undefined, { signal: step.signal })
  }
}
