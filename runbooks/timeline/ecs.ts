import type { ServiceEvent, Task } from '@aws-sdk/client-ecs'
import type { Move } from '../aws/deployments'
import { container } from '../aws/stack'
import { taskId } from '../aws/tasks'
import type { Entry } from './entry'

const short = (arn: string | undefined) => arn?.split('/').at(-1) ?? ''

/** A task's start, and its end with all that AWS says of it. */
export function taskEntries(task: Task): Entry[] {
  const id = taskId(task.taskArn ?? '')
  const of = short(task.taskDefinitionArn)
  const at = (date: Date | undefined, level: Entry['level'], text: string): Entry[] =>
    date ? [{ at: date.toISOString(), kind: 'task', level, task: id, text: `${id.slice(0, 8)} ${text}` }] : []
  return [
    ...at(task.createdAt, 'info', `is to run ${of}`),
    ...at(task.startedAt, 'info', 'runs'),
    ...at(task.stoppingAt ?? task.stoppedAt, endLevel(task), `stops: ${endText(task)}`),
  ]
}

const own = (task: Task) => task.containers?.find(({ name }) => name === container)

function endText(task: Task): string {
  const code = own(task)?.exitCode
  return [task.stoppedReason, own(task)?.reason, code === undefined ? undefined : `exit code ${code}`]
    .filter(Boolean)
    .join('; ')
}

/** An end in order was asked for: by scaling, a deployment or a person. */
function endLevel(task: Task): Entry['level'] {
  const wanted = /^(Scaling activity|Task stopped by user)/.test(task.stoppedReason ?? '')
  if (wanted || task.stopCode === 'UserInitiated') return 'info'
  return own(task)?.exitCode === 143 ? 'warn' : 'error'
}

const trouble = /unhealthy|unable|failed|rolling back|being throttled/

/** What the service says. */
export const serviceEntry = ({ createdAt, message = '' }: ServiceEvent): Entry => ({
  at: createdAt?.toISOString() ?? '',
  kind: 'service',
  level: trouble.test(message) ? 'warn' : 'info',
  text: message
    .replace(/^\(service [^)]*\) /, '')
    .replace(/\(task ([0-9a-f]{8})[0-9a-f]{24}\)/g, '(task $1)')
    .replace(/arn:\S+:targetgroup\/([\w-]+)\/\w+/g, '$1'),
})

/** A deployment's begin and end. */
export function moveEntries({ id, revision, status, reason, createdAt, finishedAt }: Move): Entry[] {
  const to = short(revision) || id
  const began: Entry = {
    at: createdAt.toISOString(),
    kind: 'deployment',
    level: 'info',
    text: `to ${to} begins (${id})`,
  }
  if (!finishedAt) return [began]
  const level = status === 'SUCCESSFUL' ? 'info' : 'error'
  const text = `to ${to} ends: ${status}${reason ? `: ${reason}` : ''}`
  return [began, { at: finishedAt.toISOString(), kind: 'deployment', level, text }]
}
