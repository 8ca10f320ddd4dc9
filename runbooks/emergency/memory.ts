/** Which kinds of scaling are suspended. */
export interface Suspended {
  in: boolean
  out: boolean
  scheduled: boolean
}

/** What can be lost in a shutdown, and must come back in a restore. */
export interface Standing {
  desired: number
  /** Absent where the service is not a scalable target. */
  scaling?: { min: number; max: number; suspended: Suspended }
  /** The revision that serves, `family:number`. */
  taskDefinition: string
}

export interface Memory extends Standing {
  at: string
  by: string
}

/** The tags of the service that are the memory. A tag value has 256 characters of letters, digits, space and `_.:/=+-@`. */
export const tagKeys = {
  /** What stood before the shutdown. */
  standing: 'tria:shutdown',
  /** The database that was stopped along with it. */
  database: 'tria:shutdown-database',
  /** The web ACL that the maintenance page took the place of. */
  firewall: 'tria:shutdown-web-acl',
  /** Set while the chatbot answers without a model. */
  model: 'tria:model-off',
} as const

export const none: Suspended = { in: false, out: false, scheduled: false }
export const all: Suspended = { in: true, out: true, scheduled: true }

export const isSuspended = (it: Suspended) => it.in && it.out && it.scheduled
export const sameFlags = (a: Suspended, b: Suspended) =>
  a.in === b.in && a.out === b.out && a.scheduled === b.scheduled

/** E.g. `desired=2 min=1 max=4 suspended=none revision=tria-aibpo-staging-task:7 at=2026-11-23T09:10:04Z by=ada@laptop`. */
export function write({ desired, scaling, taskDefinition, at, by }: Memory): string {
  const bounds = scaling
    ? [`min=${scaling.min}`, `max=${scaling.max}`, `suspended=${writeFlags(scaling.suspended)}`]
    : []
  const needed = [`desired=${desired}`, ...bounds, `revision=${taskDefinition}`, `at=${at}`].join(' ')
  const clean = (text: string) => text.replace(/[^A-Za-z0-9_.:/=+@-]+/g, '-')
  // Who it was is good to know; a name cut off is, too.
  return `${needed} by=${clean(by)}`.slice(0, 256)
}

/** Undefined where nothing is remembered, or nothing that can be understood. */
export function read(value: string | undefined): Memory | undefined {
  if (!value) return undefined
  const said = new Map(value.split(' ').map((pair) => pair.split(/=(.*)/s, 2) as [string, string]))
  const number = (name: string) => {
    const text = said.get(name)
    return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined
  }
  const [desired, min, max] = [number('desired'), number('min'), number('max')]
  const taskDefinition = said.get('revision')
  if (desired === undefined || !taskDefinition) return undefined
  const suspended = readFlags(said.get('suspended') ?? '')
  return {
    desired,
    ...(min !== undefined && max !== undefined && { scaling: { min, max, suspended } }),
    taskDefinition,
    at: said.get('at') ?? '',
    by: said.get('by') ?? '',
  }
}

function writeFlags(it: Suspended): string {
  const names = (['in', 'out', 'scheduled'] as const).filter((name) => it[name])
  return names.length > 0 ? names.join('+') : 'none'
}

function readFlags(text: string): Suspended {
  const names = text.split('+')
  return { in: names.includes('in'), out: names.includes('out'), scheduled: names.includes('scheduled') }
}

/**
 * Whether what is remembered is of the shutdown that now stands, and so must be kept: a second shutdown finds the
 * service at 0, or lifted a little by something that fights it. A service that has since grown beyond, or runs another
 * revision, was brought back by other means, and what stands now is what must come back.
 */
export function stillHolds(memory: Memory, now: Standing): boolean {
  if (now.desired === 0 || (now.scaling && isSuspended(now.scaling.suspended))) return true
  return now.taskDefinition === memory.taskDefinition && now.desired <= memory.desired
}
