import type { Listener, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from './clients'

/** The load balancer's tag with the name that people type. Terraform's own, so that it does not begin with `tria:`, as the runbooks' do. */
export const domainTag = 'tria-domain'

/** How the chatbot is reached from outside. */
export interface Door {
  /** What people type, e.g. `https://chat.example.com`. No trailing slash. */
  address: string
  /** The domain of one's own in it, if there is one, and the load balancer that it is to lead to. */
  domain?: { name: string; balancer: string }
  /** `curl` with what it needs to get there where the domain does not lead there yet. */
  curl: string
  /** A request through it. Answers are taken as they are: a redirect is not followed. */
  fetch(path: string, init?: BunFetchRequestInit): Promise<Response>
}

/** An address that somebody gave: as it is. */
export function doorAt(address: string): Door {
  const go = (path: string, init?: BunFetchRequestInit) =>
    fetch(address + path, { ...init, redirect: 'manual' })
  return { address, curl: 'curl', fetch: go }
}

/**
 * The door of a load balancer: https where it has such a listener, under the domain its certificate is for. Requests go
 * to the load balancer itself, whatever DNS says of the domain by now, and are checked against the domain.
 */
export async function doorOf(aws: Aws, balancer: LoadBalancer, listeners: Listener[]): Promise<Door> {
  const secure = listeners.find(({ Protocol }) => Protocol === 'HTTPS')
  const scheme = secure ? 'https' : 'http'
  const there = balancer.DNSName!
  const name = (await taggedDomain(aws, balancer)) ?? (secure && (await certifiedName(aws, secure)))
  if (!name) return doorAt(`${scheme}://${there}`)
  return {
    address: `${scheme}://${name}`,
    domain: { name, balancer: there },
    curl: `curl --connect-to ::${there}`,
    fetch(path, init) {
      const headers = new Headers(init?.headers)
      headers.set('host', name)
      const tls = { ...init?.tls, serverName: name }
      return fetch(`${scheme}://${there}${path}`, { ...init, headers, tls, redirect: 'manual' })
    },
  }
}

/** What cannot be read in so many milliseconds, or may not be, is done without: nobody waits for a name. */
const within = () => ({ abortSignal: AbortSignal.timeout(3_000) })

async function taggedDomain(aws: Aws, { LoadBalancerArn = '' }: LoadBalancer): Promise<string | undefined> {
  try {
    const elb = await aws.elb()
    const found = await elb.describeTags({ ResourceArns: [LoadBalancerArn] }, within())
    const tags = found.TagDescriptions?.[0]?.Tags ?? []
    return hostName(tags.find(({ Key }) => Key === domainTag)?.Value)
  } catch {
    return undefined
  }
}

/** For a load balancer that was made elsewhere. A wildcard is no name that one could ask for. */
async function certifiedName(aws: Aws, { Certificates = [] }: Listener): Promise<string | undefined> {
  try {
    const acm = await aws.acm()
    const CertificateArn = Certificates[0]?.CertificateArn
    const { Certificate } = await acm.describeCertificate({ CertificateArn }, within())
    const names = [Certificate?.DomainName, ...(Certificate?.SubjectAlternativeNames ?? [])]
    return names.map(hostName).find((name) => name !== undefined)
  } catch {
    return undefined
  }
}

/** It goes into headers and command lines. */
function hostName(name: string | undefined): string | undefined {
  return name && /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i.test(name) ? name : undefined
}
