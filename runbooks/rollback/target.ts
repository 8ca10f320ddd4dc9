import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import { type Book, Refused } from '../core'
import { nameOf } from '../deployment/release'
import { verify } from '../verify'
import { choose } from './choice'
import { lookAlsoAt, type Scene } from './look'
import { isOpen, neverServed, type Past } from './past'
import { hasEnded } from './runs'
import { numberOf } from './show'
import { again } from './words'

/** Where the service goes, from where; `begun` when a rollback has been on this way before and was cut off. */
export interface Way {
  from: Past | undefined
  to: Past
  begun: boolean
}

export async function findWay(
  book: Book,
  aws: Aws,
  stack: Stack,
  scene: Scene,
  number: number | undefined,
): Promise<Way> {
  const now = scene.pasts.find(({ arn }) => arn === scene.primary.taskDefinition)
  const begun = now && (await wasCutOff(book, now)) && !(await isWrong(book, scene, now))
  if (begun && (number === undefined || now.arn.endsWith(`:${number}`))) {
    const from = await lookAlsoAt(book, aws, stack, scene, now.rollback!.from)
    book.note(
      `A rollback from ${now.rollback!.from} to ${nameOf(now.arn)} was cut off; it is brought to its end`,
    )
    return { from, to: now, begun: true }
  }
  const to = number === undefined ? chosen(book, scene) : await named(book, aws, stack, scene, number)
  return { from: now, to, begun: false }
}

/** A rollback has gone here, and either found nothing well yet or was killed before it could say that it had. */
async function wasCutOff(book: Book, now: Past): Promise<boolean> {
  if (!now.rollback) return false
  return isOpen(now) || !(await hasEnded(book, now.rollback))
}

/** What a rollback has gone to, what no run ever found well, and what is not well now: to verify it again leads nowhere. */
async function isWrong(book: Book, scene: Scene, now: Past): Promise<boolean> {
  if (now.verified || scene.running) return false
  const { ok } = await book.call(verify)
  if (!ok) book.warn(`${nameOf(now.arn)}, which a rollback went to, was never found well, and is not well`)
  return !ok
}

/** A revision that nobody has seen serve is no way back; one that did is named. */
export function refuseUnserved(book: Book, scene: Scene, { from, to, begun }: Way): void {
  if (begun || from?.arn === to.arn || !neverServed(to, scene.moves)) return
  const served = choose(scene.pasts, scene.primary.taskDefinition!, scene.moves).target
  const instead = served
    ? `; ${nameOf(served.arn)} did`
    : from?.verified
      ? `; ${nameOf(from.arn)}, which serves, was, and nothing before it`
      : ''
  throw new Refused(`Roll back to ${nameOf(to.arn)}: it never served, and was never found well${instead}`, {
    next: served ? again(book, '--to', String(numberOf(served.arn))) : again(book, '--list'),
  })
}

async function named(book: Book, aws: Aws, stack: Stack, scene: Scene, number: number): Promise<Past> {
  const name = `${stack.family}:${number}`
  const found = await lookAlsoAt(book, aws, stack, scene, name)
  if (found) return found
  throw new Refused(`Roll back to ${name}: there is no such revision`, { next: again(book, '--list') })
}

function chosen(book: Book, scene: Scene): Past {
  const current = scene.primary.taskDefinition!
  const last = scene.moves[0]
  if (last && /^ROLLBACK_/.test(last.status) && last.revision && last.revision !== current) {
    book.warn(
      `The last deployment, of ${nameOf(last.revision)}, was taken back already: ${nameOf(current)} serves, and this goes to one before it`,
    )
  }
  const { target, passed } = choose(scene.pasts, current, scene.moves)
  for (const { revision, why } of passed) book.note(`Passed over: ${nameOf(revision)}, ${why}`)
  if (target) return target
  throw new Refused(
    `Roll back ${nameOf(current)}: no earlier revision was deployed, verified, and can still start`,
    { next: again(book, '--list') },
  )
}
