import type { Task } from '@aws-sdk/client-ecs'
import { container } from '../aws/stack'
import { lastWords, worthReading } from './words'

/** What one stopped task tells about why a deployment does not come up. */
export type Cause = { sentence: string; task: string; evidence: string[] }

/** What else is known of a task. */
export type Told = {
  /** The last lines it printed. */
  linesOf(taskArn: string): string[]
  /** What the load balancer got when it last asked for its health in vain. */
  answerOf(task: Task): string | undefined
}

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
export function causeOf(tasks: Task[], told: Told): Cause | undefined {
  const telling = tasks
    .filter((task) => task.stopCode !== 'UserInitiated')
    .filter((task) => !/^Scaling activity initiated by/.test(task.stoppedReason ?? ''))
    .sort((a, b) => failedAt(a) - failedAt(b))
  const task = telling[0]
  if (!task?.taskArn) return undefined
  const lines = told.linesOf(task.taskArn)
  const answer = told.answerOf(task)
  return {
    sentence: sentenceOf(task, answer, lastWords(lines)),
    task: task.taskArn,
    evidence: [
      `stopped: ${task.stoppedReason ?? 'no reason given'}`,
      ...containerLines(task),
      ...(answer ? [`/health: ${answer}`] : []),
      ...worthReading(lines).map((line) => `log: ${line}`),
    ],
  }
}

/** Which task a service event calls an unhealthy target, and what the load balancer got from it. */
export function unhealthyTarget(event: string): { task: string; reason: string } | undefined {
  const found = event.match(/\(task ([^)]+)\).* is unhealthy in .* due to \(reason (.+)\)\.?$/)
  return found ? { task: found[1]!, reason: found[2]! } : undefined
}

/** A task is stopping for a while before it has stopped. */
const failedAt = (task: Task) => (task.stoppingAt ?? task.stoppedAt)?.getTime() ?? 0

function sentenceOf(task: Task, answer: string | undefined, words: string | undefined): string {
  const own = task.containers?.find((one) => one.name === container)
  const reason = [task.stoppedReason, own?.reason].filter(Boolean).join(' ')
  if (/CannotPullContainerError/.test(reason)) return `The image cannot be pulled: ${endOf(reason)}`
  if (/OutOfMemoryError/.test(reason)) {
    const code = own?.exitCode === undefined ? '' : ` (exit code ${own.exitCode})`
    return `The container ran out of memory${code}: raise ecs_task_memory`
  }
  if (/unable to retrieve secret|secrets manager/i.test(reason))
    return `A secret cannot be read at start: ${endOf(reason)}`
  if (/ResourceInitializationError/.test(reason)) return `The task could not be prepared: ${endOf(reason)}`
  if (/failed ELB health checks/.test(reason)) {
    const got = answer ? `: ${answer}` : ''
    return `The load balancer got no healthy answer from /health${got}${patience(answer)}`
  }
  if (/failed container health checks/.test(reason))
    return `The container health check failed${answer ? `; /health: ${answer}` : ''}${patience(answer)}`
  if (own?.exitCode !== undefined) {
    const meaning = words ?? exits[own.exitCode] ?? 'the application ended'
    return `The container exited with code ${own.exitCode}: ${meaning}`
  }
  return task.stoppedReason ?? 'The task stopped without a reason'
}

/** A wrong answer is wrong however long one waits; no answer may still have been on its way. */
function patience(answer: string | undefined): string {
  if (!answer || /codes: \[\d+\]/.test(answer)) return ''
  return '. If it only starts slowly, it needs a longer health_check_grace_period'
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
