import { describe, expect, test } from 'bun:test'
import type { Recorded } from '../../../runbooks/core'
import { stepsOf } from '../../../runbooks/history/told'
import { undoLines, undosOf } from '../../../runbooks/history/undo'

const event = (fields: object) => ({ at: '2026-11-23T09:00:00Z', depth: 0, ...fields }) as unknown as Recorded
const name = (id: number, title: string) => ({ id, title, kind: 'change' })

/** A change from its declaration to its end; without an outcome it was under way when the run was killed. */
const change = (id: number, title: string, undo: string | undefined, outcome?: string) => [
  event({ type: 'step.started', ...name(id, title) }),
  event({ type: 'step.changing', ...name(id, title), effect: 'e', equivalent: ['c'], undo }),
  ...(outcome ? [event({ type: 'step.finished', ...name(id, title), outcome, ms: 5 })] : []),
]

describe('undo: what takes a run back', () => {
  test('the last change first; what was not changed is not there; what may have happened says so', () => {
    const steps = stepsOf([
      event({ type: 'step.started', id: 9, title: 'Look', kind: 'read' }),
      event({ type: 'step.finished', id: 9, title: 'Look', kind: 'read', outcome: 'done', ms: 1 }),
      ...change(1, 'First', 'aws one', 'done'),
      event({ type: 'step.started', ...name(2, 'There already') }),
      event({ type: 'step.finished', ...name(2, 'There already'), outcome: 'already', ms: 1 }),
      ...change(3, 'Refused', 'aws three', 'refused'),
      ...change(4, 'A copy', 'none needed: it is a copy', 'done'),
      ...change(5, 'For good', undefined, 'done'),
      ...change(6, 'Failed', 'aws six', 'failed'),
      ...change(7, 'Killed', 'aws seven'),
    ])
    expect(undoLines(undosOf(steps))).toEqual([
      '# Killed (under way): it may not have happened: look first',
      'aws seven',
      '# Failed (failed): it may not have happened: look first',
      'aws six',
      '# For good: nothing takes it back',
      '# A copy: it is a copy',
      '# First',
      'aws one',
    ])
  })

  test('a dry run has nothing to undo', () => {
    const declared = { effect: 'e', equivalent: ['c'], undo: 'aws one', destructive: false }
    const steps = stepsOf([
      event({ type: 'step.started', ...name(1, 'First') }),
      event({ type: 'step.finished', ...name(1, 'First'), outcome: 'planned', ms: 1, declared }),
    ])
    expect(undosOf(steps)).toEqual([])
  })
})
