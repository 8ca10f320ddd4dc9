/** A task as the scheduler sees it when it decides. */
export interface Seen {
  id: string
  deployment: string
  /** `starting` until RUNNING; `stopping` from the moment anything asked it to end. */
  phase: 'starting' | 'running' | 'stopping'
  health: 'healthy' | 'unknown' | 'unhealthy'
  /** Protected from scale-in. */
  guarded?: boolean
  since: number
}

export interface Situation {
  desired: number
  minimumPercent: number
  maximumPercent: number
  /** The deployment the service is going to. */
  primary: string
  /** The deployment has failed, or waits before its next try: no launches. */
  mayLaunch: boolean
  tasks: Seen[]
}

export interface Plan {
  start: number
  /** How many of the started ones take the place of an unhealthy one. */
  replacing: number
  stop: { id: string; because: 'scaling' | 'unhealthy' }[]
  /** Tasks are wanted, and floor and ceiling together allow no step. */
  blocked: boolean
}

export const floorOf = (desired: number, percent: number) => Math.ceil((desired * percent) / 100)
export const ceilingOf = (desired: number, percent: number) => Math.floor((desired * percent) / 100)

/**
 * Which tasks to start and which to stop now. At least the floor stays healthy, at most the ceiling is starting
 * or running; an unhealthy task is replaced first where the ceiling allows, and stopped first where it does not.
 */
export function plan(it: Situation): Plan {
  const floor = floorOf(it.desired, it.minimumPercent)
  const ceiling = ceilingOf(it.desired, it.maximumPercent)
  const active = it.tasks.filter((task) => task.phase !== 'stopping')
  const primary = active.filter((task) => task.deployment === it.primary)
  const sick = primary.filter((task) => task.health === 'unhealthy')
  const good = primary.filter((task) => task.health !== 'unhealthy')
  const old = active.filter((task) => task.deployment !== it.primary)
  const isUp = (task: Seen) => task.phase === 'running' && task.health === 'healthy'

  const wanted = Math.max(0, it.desired - good.length)
  const room = Math.max(0, ceiling - active.length)
  const start = it.mayLaunch ? Math.min(wanted, room) : 0
  const stop: Plan['stop'] = []

  for (const task of excess(good, it.desired)) stop.push({ id: task.id, because: 'scaling' })

  if (sick.length > 0) {
    const replaced = good.filter(isUp).length >= it.desired
    const noRoom = wanted > 0 && room === 0
    const underWay = good.some((task) => task.phase === 'starting')
    if (replaced) stop.push(...sick.map((task) => ({ id: task.id, because: 'unhealthy' as const })))
    else if (noRoom && !underWay) stop.push({ id: sick[0]!.id, because: 'unhealthy' })
  }

  // A healthy old task may go for every new healthy one, or when only its going makes room for a new one.
  const up = active.filter(isUp).length
  const newUp = good.filter(isUp).length
  const oldUp = old.filter(isUp)
  const makeRoom = it.mayLaunch ? Math.max(0, wanted - room) : 0
  const spare = Math.max(0, up - floor)
  const surplus = it.desired === 0 || newUp >= it.desired ? oldUp.length : Math.max(newUp, makeRoom)
  const retire = Math.min(oldUp.length, spare, surplus)
  const idle = old.filter((task) => !isUp(task))
  for (const task of [...idle, ...oldest(oldUp).slice(0, retire)])
    if (!task.guarded || newUp >= it.desired) stop.push({ id: task.id, because: 'scaling' })

  const settled = active.length === it.tasks.length && active.every((task) => task.phase === 'running')
  const blocked = it.mayLaunch && wanted > 0 && room === 0 && stop.length === 0 && settled
  return { start, replacing: Math.min(start, sick.length), stop, blocked }
}

/** What is too many of the primary: first what does not run yet, then what is not known to be well, then the youngest. Protected ones stay. */
function excess(tasks: Seen[], desired: number): Seen[] {
  const order = tasks.filter((task) => !task.guarded).sort((a, b) => worth(a) - worth(b) || b.since - a.since)
  return order.slice(0, Math.max(0, tasks.length - desired))
}

const worth = ({ phase, health }: Seen) => (phase !== 'running' ? 0 : health !== 'healthy' ? 1 : 2)
const oldest = (tasks: Seen[]) => [...tasks].sort((a, b) => a.since - b.since)
