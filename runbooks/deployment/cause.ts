import type { Task } from '@aws-sdk/client-ecs'
import { container } from '../aws/stack'

/** What one stopped task tells about why a deployment does not come up. */
export type Cause = { sentence: string; task: string; evidence: string[] }

/** Exit codes that mean the same for every program; 137 alone does not mean out of memory. */
const exits: Record<number, string> = {
  1: 'the application ended with an error',
  2: 'the application refused its arguments',
  126: 'the command is not executable',
  127: 'the command was not found in the image',
  137: 'it was killed (SIGKILL)',
  139: 'it crashed (segmentation fault)',
  143: 'it was ended by SIGTERM',
}

/**
 * Names the cause from tasks that a deployment itself started, the first that failed being the most telling.
 * Tasks that scaling stopped, or that a newer deployment replaced, say nothing about a failure.
 */
export function causeOf(tasks: Task[], linesOf: (taskArn: string) => string[]): Cause | undefined {
  const telling = tasks
    .filter((task) => task.stopCode !== 'UserInitiated')
    .filter((task) => !/^Scaling activity initiated by/.test(task.stoppedReason ?? ''))
    .sort((a, b) => (a.stoppedAt?.getTime() ?? 0) - (b.stoppedAt?.getTime() ?? 0))
  const task = telling[0]
  if (!task?.taskArn) return undefined
  const lines = linesOf(task.taskArn)
  return {
    sentence: sentenceOf(task),
    task: task.taskArn,
    evidence: [
      `stopped: ${task.stoppedReason ?? 'no reason given'}`,
      ...containerLines(task),
      ...lines.map((line) => `log: ${line}`),
    ],
  }
}

function sentenceOf(task: Task): string {
  const own = task.containers?.find((one) => one.name === container)
  const reason = [task.stoppedReason, own?.reason].filter(Boolean).join(' ')
  if (/CannotPullContainerError/.test(reason)) return `The image cannot be pulled: ${endOf(reason)}`
  if (/OutOfMemoryError/.test(reason)) return 'The container ran out of memory: raise ecs_task_memory'
  if (/unable to retrieve secret|secrets manager/i.test(reason))
    return `A secret cannot be read at start: ${endOf(reason)}`
  if (/ResourceInitializationError/.test(reason)) return `The task could not be prepared: ${endOf(reason)}`
  if (/failed ELB health checks/.test(reason)) return 'The load balancer got no healthy answer from /health'
  if (/failed container health checks/.test(reason)) return 'The container health check failed'
  if (own?.exitCode !== undefined) {
    const meaning = exits[own.exitCode] ?? 'the application ended'
    return `The container exited with code ${own.exitCode}: ${meaning}`
  }
  return task.stoppedReason ?? 'The task stopped without a reason'
}

/** The part of AWS's long reasons that differs from case to case stands at their end. */
function endOf(reason: string): string {
  const parts = reason.split(': ')
  return parts.slice(-2).join(': ')
}

function containerLines(task: Task): string[] {
  const own = task.containers?.find((one) => one.name === container)
  if (!own) return []
  const exit = own.exitCode === undefined ? 'never started' : `exit code ${own.exitCode}`
  return [`container ${container}: ${exit}${own.reason ? `, ${own.reason}` : ''}`]
}
