import { describe, expect, test } from 'bun:test'
import type { Aws } from '../../../runbooks/aws/clients'
import { stackOf } from '../../../runbooks/aws/stack'
import { type Book, Refused } from '../../../runbooks/core'
import type { Scene } from '../../../runbooks/rollback/look'
import { findWay, refuseUnserved } from '../../../runbooks/rollback/target'
import { arnOf, minute, move, numberOf, past } from './world'

/** Revision 1 is Terraform's; 4 and 5 served, and the service stands on `current`. */
function sceneOf(current: number, more: Partial<Scene> = {}): Scene {
  const [four, five] = [past(4, { verified: minute(41) }), past(5, { verified: minute(51) })]
  return {
    service: {},
    primary: { taskDefinition: arnOf(current) },
    moves: [move(5, 50), move(4, 40)],
    running: undefined,
    current: arnOf(current),
    pasts: [past(1), four, five],
    definitions: new Map(),
    ...more,
  }
}

/** Where a rollback to 1 has left the service: it came up, and no run found it well. */
const onSeed = (verified?: Date) => {
  const rollback = { from: 'task:5', at: minute(59), run: 'abc' }
  const { pasts, moves } = sceneOf(1)
  const seed = past(1, { rollback, verified })
  return sceneOf(1, { moves: [move(1, 60), ...moves], pasts: [seed, ...pasts.slice(1)] })
}

function bookOf(well: boolean) {
  let asked = 0
  const call = async () => {
    asked++
    return { ok: well }
  }
  const book = { environment: 'staging', call, note() {}, warn() {} } as unknown as Book
  return { book, asked: () => asked }
}

const way = (book: Book, scene: Scene, number?: number) =>
  findWay(book, {} as Aws, stackOf('staging'), scene, number)

describe('--to a revision that never served', () => {
  test('is refused, and the one that did is what to type', () => {
    const scene = sceneOf(5)
    const [from, to] = [scene.pasts[2], scene.pasts[0]!]
    const refuse = () => refuseUnserved(bookOf(true).book, scene, { from, to, begun: false })
    expect(refuse).toThrow(Refused)
    expect(refuse).toThrow(/task:4 did/)
    try {
      refuse()
    } catch (error) {
      expect((error as Refused).next).toStartWith('bun runbooks/rollback.ts --to 4 ')
    }
  })

  test('also where ECS took it back; one that served, or was found well, is not refused', () => {
    const scene = sceneOf(5)
    const { moves } = scene
    const to = scene.pasts[0]!
    const refuse = (more: Partial<Scene>, target = to) =>
      refuseUnserved(
        bookOf(true).book,
        { ...scene, ...more },
        { from: scene.pasts[2], to: target, begun: false },
      )
    expect(() => refuse({ moves: [move(1, 45, 'ROLLBACK_SUCCESSFUL'), ...moves] })).toThrow(Refused)
    expect(() => refuse({ moves: [move(1, 45), ...moves] })).not.toThrow()
    expect(() => refuse({}, past(1, { verified: minute(5) }))).not.toThrow()
  })
})

describe('rollback where one before has gone to a revision that no run found well', () => {
  test('it is not well: to the last that served, not to the same again', async () => {
    const { to, begun } = await way(bookOf(false).book, onSeed())
    expect([numberOf(to.arn), begun]).toEqual([5, false])
  })

  test('it has become well: it is brought to its end, and nothing moves', async () => {
    const { to, begun } = await way(bookOf(true).book, onSeed())
    expect([numberOf(to.arn), begun]).toEqual([1, true])
  })

  test('it still comes up: nobody asks it yet', async () => {
    const { book, asked } = bookOf(false)
    const scene = onSeed()
    const { begun } = await way(book, { ...scene, running: move(1, 60, 'IN_PROGRESS') })
    expect([begun, asked()]).toEqual([true, 0])
  })

  test('found well before the rollback to it: the same is brought to its end', async () => {
    const { book, asked } = bookOf(false)
    const { to, begun } = await way(book, onSeed(minute(30)))
    expect([numberOf(to.arn), begun, asked()]).toEqual([1, true, 0])
  })
})
