import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ceilingOf, floorOf, plan, type Seen, type Situation } from '../../../rehearsal/ecs/judge/plan.ts'

const up = (id: string, deployment = 'new'): Seen => ({
  id,
  deployment,
  phase: 'running',
  health: 'healthy',
  since: 0,
})
const as = (task: Seen, change: Partial<Seen>): Seen => ({ ...task, ...change })
const situation = (tasks: Seen[], change: Partial<Situation> = {}): Situation => ({
  desired: 2,
  minimumPercent: 100,
  maximumPercent: 200,
  primary: 'new',
  mayLaunch: true,
  tasks,
  ...change,
})
/** What is done, without whether nothing could be. */
function steps(it: Situation) {
  const { start, replacing, stop } = plan(it)
  return { start, replacing, stop }
}
const stops = (it: Situation) => plan(it).stop.map(({ id }) => id)

describe('floorOf, ceilingOf: ECS rounds the floor up and the ceiling down', () => {
  test.each([
    [2, 75, 2],
    [3, 50, 2],
    [4, 50, 2],
    [1, 0, 0],
  ])('%p at %p%% keeps %p', (desired, percent, expected) => expect(floorOf(desired, percent)).toBe(expected))
  test.each([
    [3, 125, 3],
    [4, 125, 5],
    [1, 200, 2],
  ])('%p at %p%% allows %p', (desired, percent, expected) =>
    expect(ceilingOf(desired, percent)).toBe(expected),
  )
})

describe('plan', () => {
  test('an empty service starts what is desired', () => expect(plan(situation([])).start).toBe(2))
  test('nothing to do when all are healthy', () =>
    expect(steps(situation([up('a'), up('b')]))).toEqual({ start: 0, replacing: 0, stop: [] }))
  test('at 100/200 new ones start beside the old', () =>
    expect(steps(situation([up('a', 'old'), up('b', 'old')]))).toEqual({ start: 2, replacing: 0, stop: [] }))
  test('one old goes for each new that is healthy', () =>
    expect(
      stops(
        situation([
          up('a', 'old'),
          up('b', 'old'),
          up('c'),
          as(up('d'), { phase: 'starting', health: 'unknown' }),
        ]),
      ),
    ).toEqual(['a']))
  test('all old go when the new are as many as desired', () =>
    expect(stops(situation([up('a', 'old'), up('b', 'old'), up('c'), up('d')]))).toEqual(['a', 'b']))
  test('at 75 % of 2 with no room above, nothing moves', () =>
    expect(
      steps(situation([up('a', 'old'), up('b', 'old')], { minimumPercent: 75, maximumPercent: 100 })),
    ).toEqual({
      start: 0,
      replacing: 0,
      stop: [],
    }))
  test('and says that it is blocked', () => {
    const stuck = { minimumPercent: 75, maximumPercent: 100 }
    expect(plan(situation([up('a', 'old'), up('b', 'old')], stuck)).blocked).toBe(true)
    expect(plan(situation([up('a'), up('b')], stuck)).blocked).toBe(false)
    const moving = [up('a', 'old'), as(up('b', 'old'), { phase: 'stopping' })]
    expect(plan(situation(moving, { ...stuck, desired: 1 })).blocked).toBe(false)
  })
  test('at 125 % of 3 nothing starts beside the old', () =>
    expect(
      plan(situation([up('a', 'old'), up('b', 'old'), up('c', 'old')], { desired: 3, maximumPercent: 125 }))
        .start,
    ).toBe(0))
  test('at 50/100 one old goes first', () =>
    expect(
      stops(situation([up('a', 'old'), up('b', 'old')], { minimumPercent: 50, maximumPercent: 100 })),
    ).toEqual(['a']))
  test('at 50/200 there is room: none goes before a new one is healthy', () =>
    expect(stops(situation([up('a', 'old'), up('b', 'old')], { minimumPercent: 50 }))).toEqual([]))
  test('an old one that is not healthy goes at once', () =>
    expect(stops(situation([up('a', 'old'), as(up('b', 'old'), { health: 'unhealthy' })]))).toEqual(['b']))
  test('a failed deployment launches nothing and takes nothing from the old', () =>
    expect(steps(situation([up('a', 'old'), up('b', 'old')], { mayLaunch: false }))).toEqual({
      start: 0,
      replacing: 0,
      stop: [],
    }))
  test('an unhealthy task is replaced before it is stopped', () =>
    expect(steps(situation([up('a'), as(up('b'), { health: 'unhealthy' })]))).toEqual({
      start: 1,
      replacing: 1,
      stop: [],
    }))
  test('and stopped once its replacement is healthy', () =>
    expect(plan(situation([up('a'), as(up('b'), { health: 'unhealthy' }), up('c')])).stop).toEqual([
      { id: 'b', because: 'unhealthy' },
    ]))
  test('without room it is stopped first, one by one', () => {
    const sick = [as(up('c'), { health: 'unhealthy' }), as(up('d'), { health: 'unhealthy' })]
    expect(steps(situation([up('a', 'old'), up('b', 'old'), ...sick] as Seen[]))).toEqual({
      start: 0,
      replacing: 0,
      stop: [{ id: 'c', because: 'unhealthy' }],
    })
  })
  test('scaling in takes first what does not run yet, then the youngest', () => {
    const tasks = [
      as(up('a'), { since: 1 }),
      as(up('b'), { since: 2 }),
      as(up('c'), { phase: 'starting', since: 0 }),
    ]
    expect(stops(situation(tasks, { desired: 1 }))).toEqual(['c', 'b'])
  })
  test('scaling in leaves the task that is known to be well', () =>
    expect(
      stops(situation([as(up('a'), { since: 1 }), as(up('b'), { health: 'unknown' })], { desired: 1 })),
    ).toEqual(['b']))
  test('a protected task stays', () =>
    expect(stops(situation([as(up('a'), { guarded: true }), up('b')], { desired: 0 }))).toEqual(['b']))
  test('zero desired stops everything', () =>
    expect(stops(situation([up('a', 'old'), up('b')], { desired: 0 })).sort()).toEqual(['a', 'b']))
  test('stopping tasks count for nothing', () =>
    expect(steps(situation([as(up('a'), { phase: 'stopping' }), up('b')]))).toEqual({
      start: 1,
      replacing: 0,
      stop: [],
    }))

  const seen = fc.record({
    deployment: fc.constantFrom('new', 'old', 'older'),
    phase: fc.constantFrom('starting' as const, 'running' as const, 'stopping' as const),
    health: fc.constantFrom('healthy' as const, 'unknown' as const, 'unhealthy' as const),
    since: fc.nat(9),
  })
  const any = fc.record({
    desired: fc.nat(8),
    minimumPercent: fc.nat(100),
    maximumPercent: fc.integer({ min: 100, max: 300 }),
    mayLaunch: fc.boolean(),
    tasks: fc.array(seen, { maxLength: 16 }),
  })
  test('never starts over the ceiling, never takes a healthy task that the floor needs', () =>
    fc.assert(
      fc.property(any, (it) => {
        const tasks = it.tasks.map((task, at) => ({ ...task, id: String(at) }))
        const next = plan({ ...it, primary: 'new', tasks })
        const active = tasks.filter((task) => task.phase !== 'stopping').length
        if (next.start > 0)
          expect(active + next.start).toBeLessThanOrEqual(ceilingOf(it.desired, it.maximumPercent))
        const healthy = tasks.filter((task) => task.phase === 'running' && task.health === 'healthy')
        const left = healthy.filter((task) => !next.stop.some(({ id }) => id === task.id)).length
        const needed = Math.min(healthy.length, floorOf(it.desired, it.minimumPercent))
        expect(left).toBeGreaterThanOrEqual(needed)
        expect(new Set(next.stop.map(({ id }) => id)).size).toBe(next.stop.length)
      }),
    ))
})
