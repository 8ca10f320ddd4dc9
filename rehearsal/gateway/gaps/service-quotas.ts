import type { World } from '../../world'
import { AwsError, type Call, type Handlers, type Members } from '../call'

const serviceNames: Record<string, string> = {
  ec2: 'Amazon Elastic Compute Cloud (Amazon EC2)',
  ecs: 'Amazon Elastic Container Service (Amazon ECS)',
  elasticache: 'Amazon ElastiCache',
  elasticloadbalancing: 'Elastic Load Balancing (ELB)',
  fargate: 'AWS Fargate',
  rds: 'Amazon Relational Database Service (Amazon RDS)',
  vpc: 'Amazon Virtual Private Cloud (Amazon VPC)',
}

/** What a new account may use, of what the guide's stack uses. */
const quotas: [service: string, code: string, name: string, value: number][] = [
  ['fargate', 'L-3032A538', 'Fargate On-Demand vCPU resource count', 6],
  ['fargate', 'L-36FBB829', 'Fargate Spot vCPU resource count', 6],
  ['ecs', 'L-9EF96962', 'Services per cluster', 5000],
  ['elasticloadbalancing', 'L-53DA6B97', 'Application Load Balancers per Region', 50],
  ['elasticloadbalancing', 'L-B22855CB', 'Target Groups per Region', 3000],
  ['vpc', 'L-F678F1CE', 'VPCs per Region', 5],
  ['vpc', 'L-FE5A380F', 'NAT gateways per Availability Zone', 5],
  ['ec2', 'L-0263D0A3', 'EC2-VPC Elastic IPs', 5],
  ['rds', 'L-7B6409FD', 'DB instances', 40],
  ['elasticache', 'L-DFE45DF3', 'Nodes per Region', 300],
]

/** Service quotas: moto has those of VPC alone. */
export function serviceQuotas({ account }: World): Handlers {
  const all = (call: Call): Members[] =>
    quotas.map(([service, code, name, value]) => ({
      ServiceCode: service,
      ServiceName: serviceNames[service],
      QuotaArn: `arn:aws:servicequotas:${call.region}:${account}:${service}/${code}`,
      QuotaCode: code,
      QuotaName: name,
      Value: value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
      QuotaAppliedAtLevel: 'ACCOUNT',
    }))

  const one = async (call: Call): Promise<Members> => {
    const { ServiceCode, QuotaCode } = call.input
    if (!serviceNames[ServiceCode]) throw missing('service')
    const found = all(call).find((each) => each.ServiceCode === ServiceCode && each.QuotaCode === QuotaCode)
    if (!found) throw missing('quota')
    return { Quota: found }
  }

  const list = (call: Call): Members => {
    if (!serviceNames[call.input.ServiceCode]) throw missing('service')
    return { Quotas: all(call).filter((each) => each.ServiceCode === call.input.ServiceCode) }
  }

  return {
    servicequotas: {
      GetServiceQuota: one,
      GetAWSDefaultServiceQuota: one,
      ListServiceQuotas: list,
      ListAWSDefaultServiceQuotas: list,
      ListServices: () => ({
        Services: Object.entries(serviceNames).map(([ServiceCode, ServiceName]) => ({
          ServiceCode,
          ServiceName,
        })),
      }),
    },
  }
}

const missing = (what: string) =>
  new AwsError('NoSuchResourceException', `The request failed because the specified ${what} does not exist.`)
