import { lookup } from 'node:dns/promises'
import type { Door } from './door'

/** What the system's resolver says of a name: its addresses, or why there are none. */
export type Resolved = string[] | { code: string }

/** What is to be done so that people reach the chatbot under its domain; undefined where they do. */
export async function missingRecord({ domain }: Door): Promise<string | undefined> {
  if (!domain) return undefined
  // Without the port that a load balancer's name may carry.
  const balancer = new URL(`http://${domain.balancer}`).hostname
  const [own, its] = await Promise.all([resolve(domain.name), resolve(balancer)])
  return judgeRecord(domain.name, balancer, own, its)
}

/**
 * A CNAME, an alias and the load balancer itself share addresses; what stands in between, as a CDN does, does not, and
 * may well be meant. DNS is not the release's: whatever is wrong there is advice, and no verdict.
 */
export function judgeRecord(
  name: string,
  balancer: string,
  own: Resolved,
  its: Resolved,
): string | undefined {
  const record = `make the record CNAME ${name} -> ${balancer} (at the top of a zone an alias), or let Terraform make it with hosted_zone_id`
  if (!Array.isArray(own)) return `${name} does not resolve (${own.code}): ${record}`
  if (!Array.isArray(its) || own.some((address) => its.includes(address))) return undefined
  return `${name} leads to ${own[0]}, which is not the load balancer; if no CDN or proxy of yours stands there, ${record}`
}

async function resolve(name: string): Promise<Resolved> {
  const late = new Promise<Resolved>((done) => setTimeout(done, 5_000, { code: 'no answer' }).unref())
  const asked = lookup(name, { all: true }).then(
    (all) => all.map(({ address }) => address),
    (error: NodeJS.ErrnoException) => ({ code: error.code ?? error.message }),
  )
  return Promise.race([asked, late])
}
