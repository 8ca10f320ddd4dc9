import { ACM } from '@aws-sdk/client-acm'
import { ElastiCache } from '@aws-sdk/client-elasticache'
import { domainTag } from '../../../runbooks/aws/door'
import { secure } from '../../rehearsal/small-door'
import type { Trouble } from '../../rehearsal/small-trouble'
import type { Drill } from './drill'
import { unreachable } from './noticed'

const nothing = async () => undefined
const domain = 'chat.example.com'

/** HTTPS for a domain; made once. */
let door: ReturnType<typeof secure> | undefined
const behind = ({ small }: Trouble) => {
  door ??= secure(small, { domain, names: [domain] })
  return door
}

/** What is not brought back: nothing is played after these. */
export const lastDrills: Drill[] = [
  {
    name: 'a certificate that waits for its record in DNS, and nothing that serves HTTPS yet',
    causes: ['certificate-not-validated'],
    async play({ small }) {
      const { LoadBalancers } = await small.elb.describeLoadBalancers({ Names: [small.stack.loadBalancer] })
      const ResourceArns = [LoadBalancers![0]!.LoadBalancerArn!]
      await small.elb.addTags({ ResourceArns, Tags: [{ Key: domainTag, Value: domain }] })
      const acm = new ACM(small.settings)
      const { CertificateArn } = await acm.requestCertificate({
        DomainName: domain,
        ValidationMethod: 'DNS',
      })
      return async () => {
        await acm.deleteCertificate({ CertificateArn })
        await small.elb.removeTags({ ResourceArns, TagKeys: [domainTag] })
      }
    },
    noticed: unreachable('straight'),
  },
  {
    name: 'a domain whose record in DNS was never made',
    causes: ['domain-astray'],
    async play(trouble) {
      await behind(trouble)
      return nothing
    },
    noticed: unreachable('by its name'),
  },
  {
    name: 'a certificate for another domain on the load balancer',
    causes: ['certificate-wrong'],
    async play(trouble) {
      const { present } = await behind(trouble)
      await present(['other.example.com'])
      return () => present([domain])
    },
    ready: behind,
    noticed: unreachable('straight'),
  },
  {
    name: "a cache that was deleted behind Terraform's back",
    causes: ['cache-down'],
    async play({ small }) {
      const elasticache = new ElastiCache(small.settings)
      await elasticache.deleteReplicationGroup({ ReplicationGroupId: small.stack.replicationGroup })
      return nothing
    },
  },
]
