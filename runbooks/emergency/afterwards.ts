import type { Aws } from '../aws/clients'
import { type Book, Failed, Interrupted } from '../core'
import { tag } from './act'
import type { Attempt } from './attempts'
import { type Front, findFront } from './balancer'
import { findInstance, startsAgain, stopDatabase } from './database'
import { askToComeBack, firewallOf, nameOf } from './firewall'
import { look, type Scene } from './look'
import { type Standing, tagKeys } from './memory'
import type { Place } from './place'
import { putPage, withoutPage } from './rule'
import { untilStopped } from './wait'

interface Wishes {
  maintenance: boolean
  dataStores: boolean
  timeoutMs: number
  attempt: Attempt
  zeroAgain: (desired: number) => Promise<unknown>
}

/** What follows once the service is told to stop: the page, the wait for the end, the database. */
export async function afterShutdown(
  book: Book,
  aws: Aws,
  place: Place,
  scene: Scene,
  { maintenance, dataStores, timeoutMs, attempt, zeroAgain }: Wishes,
): Promise<Standing> {
  const front = await frontOf(book, aws, scene)
  if (maintenance) {
    if (front) await putMaintenance(aws, place, scene, front, attempt)
    else book.warn('There is no load balancer in front of the service to put a page on')
  }
  if (!book.dryRun) await followDown(book, aws, place, front, { timeoutMs, zeroAgain })
  if (dataStores) await stopStores(book, aws, place, scene, attempt)
  return book.dryRun ? scene.standing : (await look(aws, place)).standing
}

/** Not being allowed to look at the load balancer must not end an emergency. */
async function frontOf(book: Book, aws: Aws, { service }: Scene): Promise<Front | undefined> {
  try {
    return await findFront(aws, service)
  } catch (error) {
    if (error instanceof Interrupted) throw error
    book.warn(`The load balancer could not be looked at: ${(error as Error).message}`)
    return undefined
  }
}

async function putMaintenance(
  aws: Aws,
  place: Place,
  scene: Scene,
  front: Front,
  attempt: Attempt,
): Promise<void> {
  await attempt(putPage(aws, place, await withoutPage(aws, front)))
  const balancer = front.balancer.LoadBalancerArn!
  const before = await firewallOf(aws, balancer).catch(() => undefined)
  if (before && before.name !== nameOf(place)) {
    const title = "Remember the load balancer's own web ACL"
    const effect = `${before.name}, on the service's tag ${tagKeys.firewall}`
    const tags = { [tagKeys.firewall]: before.arn }
    await attempt(tag(aws, place, scene.service.serviceArn!, { title, effect, tags }))
  }
  await attempt(askToComeBack(aws, place, balancer, before))
}

/** Something may fight the zero: an autoscaling that could not be suspended, a colleague. The shutdown wins, or says who does not let it. */
async function followDown(
  book: Book,
  aws: Aws,
  place: Place,
  front: Front | undefined,
  { timeoutMs, zeroAgain }: Pick<Wishes, 'timeoutMs' | 'zeroAgain'>,
): Promise<void> {
  for (let lifts = 0; ; lifts++) {
    const ended = await book.read('Wait until no task runs', (step) =>
      untilStopped(aws, place, front, step, timeoutMs),
    )
    if (ended.lifted === 0) return
    const by = await lastActivity(aws, place)
    const what = `The desired count was lifted to ${ended.lifted}${by ? ` (${by})` : ''}`
    if (lifts === 5) throw new Failed(`${what}, again and again`, { next: place.shutdown })
    book.warn(what)
    await zeroAgain(ended.lifted)
  }
}

async function lastActivity(aws: Aws, { resourceId }: Place): Promise<string | undefined> {
  try {
    const autoscaling = await aws.autoscaling()
    const { ScalingActivities } = await autoscaling.describeScalingActivities({
      ServiceNamespace: 'ecs',
      ResourceId: resourceId,
      MaxResults: 1,
    })
    return ScalingActivities?.[0]?.Cause
  } catch {
    return undefined
  }
}

async function stopStores(book: Book, aws: Aws, place: Place, scene: Scene, attempt: Attempt): Promise<void> {
  const { database } = place.stack
  const found = await findInstance(aws, database)
  if (!found) return book.warn(`There is no database ${database} to stop`)
  if (found.DBInstanceStatus === 'available') {
    const title = 'Remember the database'
    const effect = `${database}, on the service's tag ${tagKeys.database}`
    const tags = { [tagKeys.database]: database }
    await attempt(tag(aws, place, scene.service.serviceArn!, { title, effect, tags }))
  }
  const stopped = await attempt(stopDatabase(aws, place, found))
  book.warn(
    `AWS starts ${database} again by itself after 7 days: on ${startsAgain(stopped, new Date())}. Redis cannot be stopped, and goes on costing`,
  )
}
