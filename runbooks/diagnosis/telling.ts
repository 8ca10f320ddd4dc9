import type { MoveSeen, RevisionSeen, ServiceSeen, TaskSeen } from './parts'
import { minutesBetween, seen } from './rule'
import type { Snapshot } from './snapshot'

/** ECS shows a stopped task for an hour at least: what failed within it still has its evidence. */
const fresh = 60
/** Within so many minutes two ends of tasks are one story. */
const story = 15

const failed = /^(ROLLBACK_|STOP)/
/** Somebody wanted it so: no fault of what was to be deployed. */
const wanted = /\buser\b/i

/** The last move, if it did not come to a good end, and that not long ago. */
export function lastFailed(snapshot: Snapshot): MoveSeen | undefined {
  const [last] = seen(snapshot, 'moves') ?? []
  if (!last || !failed.test(last.status) || wanted.test(last.reason ?? '')) return undefined
  return !last.finished || minutesBetween(last.finished, snapshot.at) <= fresh ? last : undefined
}

/** What serves, what is coming, and what has just failed: of older ones it does not matter any more what they lack. */
export function revisionsAtHand(snapshot: Snapshot): RevisionSeen[] {
  const service = seen(snapshot, 'service')
  const names = [
    service?.taskDefinition,
    ...(service?.deployments ?? []).map(({ taskDefinition }) => taskDefinition),
    lastFailed(snapshot)?.revision,
  ]
  return (seen(snapshot, 'revisions') ?? []).filter(({ name }) => names.includes(name))
}

/** A deployment of the service is on its way. */
export const moving = (service: ServiceSeen) =>
  service.deployments?.length > 1 ||
  service.deployments?.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')

/**
 * The stopped tasks that tell of a trouble that stands, the first to fail first: those that the deployments at hand
 * started. Scaling, a person, or a newer deployment ends tasks that were well; a single end in a service that is whole
 * again is over.
 */
export function tellingTasks(snapshot: Snapshot): TaskSeen[] {
  const service = seen(snapshot, 'service')
  const live = new Map(service?.deployments?.map((one) => [one.id, one]))
  const gone = lastFailed(snapshot)?.id
  const whole = service !== undefined && service !== null && service.running >= service.desired
  const all = seen(snapshot, 'tasks') ?? []
  const telling = all.filter((task) => {
    if (!task.stopping || !isTelling(task) || (whole && startedSince(all, task))) return false
    const age = minutesBetween(task.stopping, snapshot.at)
    if (task.startedBy === gone) return age <= fresh
    const deployment = live.get(task.startedBy ?? '')
    if (!deployment) return false
    return deployment.rolloutState === 'COMPLETED' ? age <= story : age <= fresh
  })
  telling.sort((a, b) => (a.stopping ?? '').localeCompare(b.stopping ?? ''))
  const completed = telling.filter(({ startedBy }) => live.get(startedBy ?? '')?.rolloutState === 'COMPLETED')
  const over = whole && (completed.length < 2 || calmSince(snapshot, completed))
  return over ? telling.filter((task) => !completed.includes(task)) : telling
}

/** What kept a task from starting is over where a later one of the same deployment runs. */
const startedSince = (all: TaskSeen[], { stopCode, startedBy, stopping = '' }: TaskSeen) =>
  stopCode === 'TaskFailedToStart' &&
  all.some((one) => one.status === 'RUNNING' && one.startedBy === startedBy && (one.created ?? '') > stopping)

/**
 * Ends by the load balancer's health check are over where all targets are healthy, and the service has been steady after
 * the last of them and not before: one that was steady in between loses its tasks again and again.
 */
function calmSince(snapshot: Snapshot, tasks: TaskSeen[]): boolean {
  const targets = seen(snapshot, 'targets')?.targets ?? []
  const serving = targets.filter(({ state }) => state !== 'draining')
  if (serving.length === 0 || serving.some(({ state }) => state !== 'healthy')) return false
  if (!tasks.every(({ reason = '' }) => /failed ELB health checks/.test(reason))) return false
  const ends = tasks.map(({ stopping = '' }) => stopping).sort()
  const steady = (seen(snapshot, 'service')?.events ?? [])
    .filter(({ at, text }) => at >= ends[0]! && /has reached a steady state/.test(text))
    .map(({ at }) => at)
    .sort()
  return steady.length > 0 && steady[0]! >= ends.at(-1)!
}

function isTelling({ stopCode, reason = '', exitCode }: TaskSeen): boolean {
  if (stopCode === 'UserInitiated' || /^Scaling activity initiated by/.test(reason)) return false
  if (/failed (ELB|container) health checks|Spot Task was interrupted/.test(reason)) return true
  // SIGTERM is how ECS ends what it no longer wants.
  return exitCode !== 143
}

/** All that AWS says of a task's end. */
export const endOf = ({ reason, containerReason, exitCode }: TaskSeen) =>
  [reason, containerReason, exitCode === undefined ? undefined : `exit code ${exitCode}`]
    .filter(Boolean)
    .join('; ')

/** The first telling task whose end matches, and of which what it lacked is not known to be there by now. */
export function endedBy(
  snapshot: Snapshot,
  words: RegExp,
  mended: (task: TaskSeen) => boolean = () => false,
): TaskSeen | undefined {
  return tellingTasks(snapshot).find((task) => words.test(endOf(task)) && !mended(task))
}
