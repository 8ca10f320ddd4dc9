import { ACM } from '@aws-sdk/client-acm'
import { EC2 } from '@aws-sdk/client-ec2'
import { domainTag } from '../../runbooks/aws/door'
import type { SmallStack } from './small-stack'

/**
 * HTTPS in front of a small stack, as terraform/aws makes it: a listener on 443 with a certificate for `names`, HTTP
 * redirected to it, and on the load balancer the tag with the domain.
 */
export async function secure(
  { settings, elb, stack, targetGroup }: SmallStack,
  { domain, names }: { domain: string; names: [string, ...string[]] },
) {
  const acm = new ACM(settings)
  const { LoadBalancers } = await elb.describeLoadBalancers({ Names: [stack.loadBalancer] })
  const { LoadBalancerArn = '', SecurityGroups = [], DNSName = '' } = LoadBalancers![0]!
  const { Listeners } = await elb.describeListeners({ LoadBalancerArn })
  const http = Listeners![0]!.ListenerArn!
  const ec2 = new EC2(settings)
  const open = {
    GroupId: SecurityGroups[0]!,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  }
  await ec2.authorizeSecurityGroupIngress(open)
  const made = await elb.createListener({
    LoadBalancerArn,
    Protocol: 'HTTPS',
    Port: 443,
    Certificates: [{ CertificateArn: await certificate(names) }],
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
  })
  const https = made.Listeners![0]!.ListenerArn!
  const RedirectConfig = { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' as const }
  await elb.modifyListener({ ListenerArn: http, DefaultActions: [{ Type: 'redirect', RedirectConfig }] })
  await tag(domain)

  async function certificate([DomainName, ...others]: [string, ...string[]]): Promise<string> {
    const SubjectAlternativeNames = others.length > 0 ? others : undefined
    const { CertificateArn } = await acm.requestCertificate({ DomainName, SubjectAlternativeNames })
    return CertificateArn!
  }

  async function tag(name: string | undefined): Promise<void> {
    const ResourceArns = [LoadBalancerArn]
    if (name) await elb.addTags({ ResourceArns, Tags: [{ Key: domainTag, Value: name }] })
    else await elb.removeTags({ ResourceArns, TagKeys: [domainTag] })
  }

  return {
    /** The load balancer's own name. */
    balancer: DNSName,
    tag,
    /** Back to HTTP alone. */
    async remove(): Promise<void> {
      const forward = [{ Type: 'forward' as const, TargetGroupArn: targetGroup }]
      await elb.modifyListener({ ListenerArn: http, DefaultActions: forward })
      await elb.deleteListener({ ListenerArn: https })
      await ec2.revokeSecurityGroupIngress(open)
      await tag(undefined)
    },
    /** From now on the listener shows another certificate. */
    async present(names: [string, ...string[]]): Promise<void> {
      await elb.modifyListener({
        ListenerArn: https,
        Certificates: [{ CertificateArn: await certificate(names) }],
      })
    },
  }
}
