import { ACM } from '@aws-sdk/client-acm'
import { ElastiCache } from '@aws-sdk/client-elasticache'
import { domainTag } from '../../../runbooks/aws/door'
import { secure } from '../../rehearsal/small-door'
import type { Trouble } from '../../rehearsal/small-trouble'
import { answers, type Drill } from './drill'
import { unreachable } from './noticed'

const nothing = async () => undefined
const domain = 'chat.example.com'

/** HTTPS for a domain, while a drill needs it. */
let door: ReturnType<typeof secure> | undefined
const behind = ({ small }: Trouble) => {
  door ??= secure(small, { domain, names: [domain] })
  return door
}
const leave = async () => {
  await (await door)?.remove()
  door = undefined
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
      return leave
    },
    noticed: unreachable('by its name'),
  },
  {
    name: 'a certificate for another domain on the load balancer',
    // Its record is not there either.
    causes: ['certificate-wrong', 'domain-astray'],
    async play(trouble) {
      const { present } = await behind(trouble)
      await present(['other.example.com'])
      return leave
    },
    ready: behind,
    noticed: unreachable('straight'),
  },
  {
    name: "a service that was deleted behind Terraform's back",
    causes: ['service-missing'],
    async play({ small }) {
      const { cluster, service } = small.stack
      const was = await small.service()
      await small.ecs.deleteService({ cluster, service, force: true })
      return async () => {
        const { taskDefinition, desiredCount, networkConfiguration, loadBalancers, deploymentConfiguration } =
          was
        await small.ecs.createService({
          cluster,
          serviceName: service,
          launchType: 'FARGATE',
          healthCheckGracePeriodSeconds: 30,
          taskDefinition,
          desiredCount,
          networkConfiguration,
          loadBalancers,
          deploymentConfiguration,
        })
        await small.settled()
        await small.healthy()
      }
    },
    noticed: ({ small }) => answers(small.address),
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
