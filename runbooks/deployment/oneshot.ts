import { setTimeout as pause } from 'node:timers/promises'
import type { Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { lastLines } from '../aws/logs'
import type { TaskNetwork } from '../aws/service'
import { container, type Stack } from '../aws/stack'
import { describeTask, runOneShot } from '../aws/tasks'
import { Failed, type Step } from '../core'
import { causeOf } from './cause'
import { worthReading } from './words'

export interface OneShot {
  taskDefinition: string
  command: string[]
  network: TaskNetwork
  startedBy: string
  /** What the result says when it fails, and of what. */
  failed: (cause: string) => unknown
  /** The command to type then. */
  next: string
}

/** Runs a command in one task outside the service and waits for its end. Anything but exit code 0 is a failure. */
export async function runToEnd(aws: Aws, stack: Stack, step: Step, options: OneShot): Promise<void> {
  const arn = await runOneShot(aws, stack, options)
  const task = await untilStopped(aws, stack, arn, step)
  const lines = await lastLines(aws, task, 20)
  const exitCode = task.containers?.find((one) => one.name === container)?.exitCode
  const cause =
    exitCode === 0 ? undefined : causeOf([task], { linesOf: () => lines, answerOf: () => undefined })
  for (const line of cause?.evidence ?? worthReading(lines)) step.line(line)
  if (exitCode === 0) return
  const sentence = cause?.sentence ?? 'the task stopped without an exit code'
  throw new Failed(`Run ${options.command.join(' ')}: ${sentence}`, {
    data: options.failed(sentence),
    next: options.next,
  })
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
