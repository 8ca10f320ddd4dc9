import { createHash } from 'node:crypto'
import { ACM } from '@aws-sdk/client-acm'
import { regionalClients } from '../clients.ts'
import { createAuthority, type Issued } from '../stores/authority.ts'
import type { World } from '../world.ts'
import type { Listener } from './model.ts'

export type Certificates = ReturnType<typeof createCertificates>

/**
 * What the HTTPS listeners present. ACM never hands out a private key, so that each certificate of it has a likeness
 * here, by the rehearsal's authority and for the same names: whoever asks for another one, the load balancer's own
 * DNS name included, is shown a certificate that is not for it, as on AWS.
 */
export function createCertificates(world: World) {
  const clients = regionalClients(world, (settings) => new ACM(settings))
  const known = new Map<string, string[]>()
  const issued = new Map<string, Issued>()

  /** None where ACM does not know the certificate. */
  async function namesIn(CertificateArn: string): Promise<string[]> {
    try {
      const acm = clients.in(CertificateArn.split(':')[3] || world.region)
      const { Certificate } = await acm.describeCertificate({ CertificateArn })
      const names = [Certificate?.DomainName, ...(Certificate?.SubjectAlternativeNames ?? [])]
      return [...new Set(names.filter((name) => name !== undefined))]
    } catch (cause) {
      world.log('elb', `The certificate ${CertificateArn} could not be read: ${cause}`)
      return []
    }
  }

  return {
    /** Asks ACM for which names the listeners' certificates are. */
    async learn(listeners: Pick<Listener, 'certificates'>[]): Promise<void> {
      const arns = new Set(listeners.flatMap(({ certificates }) => certificates))
      await Promise.all([...arns].map(async (arn) => known.set(arn, await namesIn(arn))))
    },
    namesOf: ({ certificates }: Pick<Listener, 'certificates'>): string[] =>
      certificates.flatMap((arn) => known.get(arn) ?? []),
    issue(names: string[]): { cert: Bun.BunFile; key: Bun.BunFile } {
      const hosts = [...new Set([...names, 'localhost'])]
      const id = createHash('sha256').update(hosts.join(' ')).digest('hex').slice(0, 12)
      const files = issued.get(id) ?? createAuthority(world.dir).issue(`load-balancer-${id}`, hosts)
      issued.set(id, files)
      return { cert: Bun.file(files.certificate), key: Bun.file(files.key) }
    },
    stop: () => clients.destroy(),
  }
}
