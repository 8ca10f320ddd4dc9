import type { Aws } from '../aws/clients'

/** What one more environment takes of a quota. Codes: `aws service-quotas list-service-quotas --service-code ...` */
type Need = {
  service: string
  code: string
  name: string
  needs: number
  used: (aws: Aws) => Promise<number>
}

const needs: Need[] = [
  {
    service: 'vpc',
    code: 'L-F678F1CE',
    name: 'VPCs per region',
    needs: 1,
    used: async (aws) => ((await (await aws.ec2()).describeVpcs({})).Vpcs ?? []).length,
  },
  {
    service: 'ec2',
    code: 'L-0263D0A3',
    name: 'Elastic IP addresses',
    needs: 2,
    used: async (aws) => ((await (await aws.ec2()).describeAddresses({})).Addresses ?? []).length,
  },
  {
    service: 'elasticloadbalancing',
    code: 'L-53DA6B97',
    name: 'Application Load Balancers',
    needs: 1,
    used: async (aws) => ((await (await aws.elb()).describeLoadBalancers({})).LoadBalancers ?? []).length,
  },
]

/** A sentence for every quota that one more environment would go over. What cannot be read is said, not assumed. */
export async function lookAtQuotas(aws: Aws): Promise<string[]> {
  const client = await aws.quotas()
  const sentences = await Promise.all(
    needs.map(async ({ service, code, name, needs: more, used }) => {
      try {
        const [{ Quota }, now] = await Promise.all([
          client.getServiceQuota({ ServiceCode: service, QuotaCode: code }),
          used(aws),
        ])
        return judgeQuota({ service, code, name, more, now, limit: Quota?.Value })
      } catch (error) {
        return `${name}: the quota could not be read (${(error as Error).name})`
      }
    }),
  )
  return sentences.filter((sentence) => sentence !== undefined)
}

export function judgeQuota(facts: {
  service: string
  code: string
  name: string
  more: number
  now: number
  limit: number | undefined
}): string | undefined {
  const { service, code, name, more, now, limit } = facts
  if (limit === undefined || now + more <= limit) return undefined
  return `${name}: ${now} of ${limit} are used, a new environment needs ${more} more. Ask for more: aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${now + more}`
}
