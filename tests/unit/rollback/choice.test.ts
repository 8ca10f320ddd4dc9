import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Move } from '../../../runbooks/aws/deployments'
import { choose } from '../../../runbooks/rollback/choice'
import type { Past } from '../../../runbooks/rollback/past'
import { arnOf, minute, move, numberOf, past } from './world'

/** Revisions that served, each from its minute on, and were verified a minute later. */
const served = (...numbers: number[]) =>
  numbers.map((number) => past(number, { verified: minute(number * 10 + 1) }))
const moves = (...numbers: number[]) => numbers.map((number) => move(number, number * 10)).reverse()
const target = (pasts: Past[], current: number, history: Move[]) =>
  numberOf(choose(pasts, arnOf(current), history).target?.arn)
const why = (pasts: Past[], current: number, history: Move[]) =>
  choose(pasts, arnOf(current), history).passed.map(({ revision, why }) => `${numberOf(revision)} ${why}`)

/** What a rollback leaves on both ends. */
function rolledBack(pasts: Past[], from: number, to: number, at: number): Past[] {
  return pasts.map((one) => {
    if (one.arn === arnOf(from)) return { ...one, left: minute(at + 1) }
    if (one.arn !== arnOf(to)) return one
    const rollback = { from: `task:${from}`, at: minute(at - 0.1), run: 'abc' }
    return { ...one, rollback, verified: minute(at + 1) }
  })
}

describe('choose: where a rollback goes by itself', () => {
  test('to the newest before the current one that served and was verified', () => {
    expect(target(served(1, 2, 3), 3, moves(1, 2, 3))).toBe(2)
    expect(target(served(1), 1, moves(1))).toBeUndefined()
  })

  test('past those that failed, were never deployed, not verified, deregistered, without image', () => {
    const history = [
      move(7, 70),
      move(6, 60),
      move(5, 50),
      move(4, 40),
      move(2, 20, 'ROLLBACK_SUCCESSFUL'),
      move(1, 10),
    ]
    const pasts = [
      ...served(1, 7),
      past(2),
      past(3),
      past(4, { verified: minute(41), active: false }),
      past(5, { verified: minute(51), imageThere: false }),
      past(6),
    ]
    expect(target(pasts, 7, history)).toBe(1)
    expect(why(pasts, 7, history)).toEqual([
      '6 it served, and was never found well',
      '5 its image is gone from the registry',
      '4 it is deregistered',
    ])
  })

  test('an image that could not be looked at does not stand in the way: the preflight says so', () => {
    const pasts = [...served(2), past(1, { verified: minute(11), imageThere: undefined })]
    expect(target(pasts, 2, moves(1, 2))).toBe(1)
  })

  test('by when it served, not by its number: an older revision that was deployed again is the nearer one', () => {
    expect(target(served(1, 2, 3), 3, [move(3, 40), move(1, 30), move(2, 20), move(1, 10)])).toBe(1)
  })

  test('twice goes further back, and never to and fro', () => {
    const once = rolledBack(served(1, 2, 3), 3, 2, 40)
    const history = [move(2, 40), ...moves(1, 2, 3)]
    expect(target(once, 2, history)).toBe(1)
    const twice = rolledBack(once, 2, 1, 50)
    expect(target(twice, 1, [move(1, 50), ...history])).toBeUndefined()
  })

  test('--to the first skips those between: they served after it', () => {
    expect(target(rolledBack(served(1, 2, 3), 3, 1, 40), 1, [move(1, 40), ...moves(1, 2, 3)])).toBeUndefined()
  })

  test('a deploy after a rollback begins anew: back to what served before it, not to what was left', () => {
    const pasts = [...rolledBack(served(1, 2, 3), 3, 2, 40), past(5, { verified: minute(51) })]
    expect(target(pasts, 5, [move(5, 50), move(2, 40), ...moves(1, 2, 3)])).toBe(2)
  })

  test('what a rollback left comes last, and before nothing at all', () => {
    const back = rolledBack(rolledBack(served(1, 2, 3), 3, 2, 40), 2, 3, 50)
    const history = [move(3, 50), move(2, 40), ...moves(1, 2, 3)]
    expect(target(back, 3, history)).toBe(1)
    expect(why(back, 3, history)).toEqual(['2 a rollback has left it'])
    const without = back.filter(({ arn }) => arn !== arnOf(1))
    expect(target(without, 3, history)).toBe(2)
  })

  test('what ECS took back since it was verified is not tried again', () => {
    const history = [move(2, 40, 'ROLLBACK_SUCCESSFUL'), ...moves(1, 2, 3)]
    expect(target(served(1, 2, 3), 3, history)).toBe(1)
  })

  test('when ECS has forgotten, the marks are enough, and two rollbacks still do not go to and fro', () => {
    expect(target(served(1, 2, 3), 3, [])).toBe(2)
    const once = rolledBack(served(2, 3), 3, 2, 40)
    expect(target(once, 2, [move(2, 40), move(3, 30)])).toBeUndefined()
  })

  test('property: again and again, each is come to once, the newest first, until none is left; also when ECS has forgotten the oldest', () => {
    const deployments = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(deployments, fc.nat({ max: 8 }), (verified, forgotten) => {
        const at = (index: number) => index * 10 + 10
        let pasts = verified.map((well, i) => past(i + 1, well ? { verified: minute(at(i) + 1) } : {}))
        let history = verified
          .map((_, i) => move(i + 1, at(i)))
          .slice(forgotten)
          .reverse()
        let current = verified.length
        const visited: number[] = []
        for (let now = 200; visited.length < 20; now += 10) {
          const next = target(pasts, current, history)
          if (next === undefined) break
          pasts = rolledBack(pasts, current, next, now)
          history = [move(next, now), ...history]
          visited.push(next)
          current = next
        }
        const all = verified.flatMap((well, i) => (well && i < verified.length - 1 ? [i + 1] : []))
        expect(visited).toEqual(all.reverse())
      }),
    )
  })
})
