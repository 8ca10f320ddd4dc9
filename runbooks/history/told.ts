import type { Recorded } from '../core'

/** One step of a run, as its journal tells it. */
export interface Told {
  title: string
  kind: 'read' | 'change'
  outcome: string
  ms: number | undefined
  depth: number
  effect?: string
  equivalent?: string[]
  undo?: string | undefined
  error?: string | undefined
}

type Event = Recorded & Record<string, unknown>

/** The steps in their order. One that has no end was under way when the run was killed. */
export function stepsOf(events: readonly Recorded[]): Told[] {
  const steps = new Map<number, Told>()
  for (const event of events as Event[]) {
    if (!event.type.startsWith('step.') || typeof event.id !== 'number') continue
    const step = steps.get(event.id) ?? begun(event)
    steps.set(event.id, step)
    if (event.type === 'step.changing') Object.assign(step, declared(event))
    if (event.type === 'step.finished') {
      step.outcome = String(event.outcome)
      step.ms = event.ms as number
      step.error = event.error as string | undefined
      const planned = event.declared as Event | undefined
      if (planned) Object.assign(step, declared(planned))
    }
  }
  return [...steps.values()]
}

const begun = ({ title, kind, depth }: Event): Told => ({
  title: String(title),
  kind: kind === 'change' ? 'change' : 'read',
  outcome: 'under way',
  ms: undefined,
  depth: Number(depth ?? 0),
})

const declared = (event: Event) => ({
  effect: String(event.effect),
  equivalent: event.equivalent as string[],
  undo: event.undo as string | undefined,
})
