import type { Aws } from '../aws/clients'
import { type Book, Interrupted } from '../core'
import type { Front } from './balancer'
import { firewallOf, letThrough, nameOf } from './firewall'
import { tagKeys } from './memory'
import type { Place } from './place'
import { findPages, takePageDown } from './rule'

/** Takes the maintenance page down: first the web ACL, which takes longest to pass on, then the listener's rule. */
export async function takeMaintenanceDown(
  book: Book,
  aws: Aws,
  place: Place,
  { front, tags }: { front: Front; tags: Map<string, string> },
): Promise<void> {
  const balancer = front.balancer.LoadBalancerArn!
  const { pages, firewall } = await book.read('The maintenance page', async (step) => {
    const found = { pages: await findPages(aws, front), firewall: await firewallAt(book, aws, balancer) }
    const own = found.firewall?.name === nameOf(place)
    step.line(found.pages.length > 0 || own ? 'it is up' : 'there is none')
    return { ...found, firewall: own }
  })
  if (firewall) await book.change(letThrough(aws, place, balancer, tags.get(tagKeys.firewall)))
  if (pages.length > 0) await book.change(takePageDown(aws, place, pages))
}

/** Who was never allowed to put a web ACL there need not be allowed to look for one. */
async function firewallAt(book: Book, aws: Aws, balancer: string) {
  try {
    return await firewallOf(aws, balancer)
  } catch (error) {
    if (error instanceof Interrupted) throw error
    book.warn(`The web ACL of the load balancer could not be looked at: ${(error as Error).message}`)
    return undefined
  }
}
