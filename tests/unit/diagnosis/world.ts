import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Parts, TaskSeen } from '../../../runbooks/diagnosis/parts'
import type { Seen, Snapshot } from '../../../runbooks/diagnosis/snapshot'

/** A snapshot that `troubleshoot --snapshot` took of a small stack. */
export function recorded(name: 'healthy' | 'image-missing' | 'crash-on-start'): Snapshot {
  return JSON.parse(readFileSync(join(import.meta.dirname, `fixtures/${name}.json`), 'utf8')) as Snapshot
}

/** What is changed, by its path in the parts: `groups.3.ingress`. A list's `+` is a further item of it. */
type Edits = Record<string, unknown>

/** The recorded healthy environment with some of it changed. */
export function world(edits: Edits = {}): Snapshot {
  const snapshot = recorded('healthy')
  for (const [path, value] of Object.entries(edits)) {
    const [part = '', ...steps] = path.split('.')
    const last = steps.pop()
    let at = snapshot.parts[part as keyof Parts] as any
    for (const step of ['value', ...steps].slice(0, last === undefined ? 0 : undefined)) at = at[step]
    if (last === '+') at.push(...[value].flat())
    else at[last ?? 'value'] = value
  }
  return snapshot
}

const healthy = recorded('healthy')

/** So many minutes before the snapshot was taken. */
export const ago = (minutes: number) => new Date(Date.parse(healthy.at) - minutes * 60_000).toISOString()

const service = (healthy.parts.service as Seen<NonNullable<Parts['service']>>).value
export const deployment = service.deployments[0]!.id
export const revision = service.taskDefinition

/** A task of the deployment at hand that ended some minutes ago. */
export const stopped = (more: Partial<TaskSeen> = {}, minutes = 2): TaskSeen => ({
  id: '0123456789abcdef0123456789abcdef',
  status: 'STOPPED',
  startedBy: deployment,
  definition: revision,
  created: ago(minutes + 1),
  stopping: ago(minutes),
  stopCode: 'EssentialContainerExited',
  reason: 'Essential container in task exited',
  exitCode: undefined,
  containerReason: undefined,
  ...more,
})

/** A deployment is on its way. */
export const rolling: Edits = {
  'service.deployments.0.rolloutState': 'IN_PROGRESS',
  'service.deployments.0.at': ago(5),
  'service.running': 1,
  'moves.0.status': 'IN_PROGRESS',
  'moves.0.finished': undefined,
}

/** A task of a deployment under way that ended so. */
export const failing = (task: Partial<TaskSeen>, more: Edits = {}): Snapshot =>
  world({ ...rolling, 'tasks.+': stopped(task), ...more })

/** A task of it that could not be started, for that reason. */
export const unstarted = (reason: string) => failing(failedToStart(reason))
export const failedToStart = (reason: string) => ({ stopCode: 'TaskFailedToStart', reason })

/** What a service tells; the recorded steady state was reached before. */
export const telling = (text: string) =>
  world({
    'service.running': 1,
    'service.events': [
      { at: ago(1), text: `(service tria-aibpo-staging-service) ${text}` },
      { at: ago(50), text: '(service tria-aibpo-staging-service) has reached a steady state.' },
    ],
  })

/** A line of the chatbot's log. */
export const line = (event: string, more: object, minutes = 3) => ({
  at: ago(minutes),
  task: 't1',
  text: JSON.stringify({ time: ago(minutes), level: 'error', event, ...more }),
})

/** `/ready` answers that it does without a part. */
export const without = (...degraded: string[]) => [{ status: 200, degraded }]
