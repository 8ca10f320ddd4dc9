import { quotaOf, quotas, raiseQuota } from '../../quotas'
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

/** Service quotas: moto has those of VPC alone. */
export function serviceQuotas(world: World): Handlers {
  const { account } = world
  const all = (call: Call): Members[] =>
    quotas.map(([service, code, name]) => ({
      ServiceCode: service,
      ServiceName: serviceNames[service],
      QuotaArn: `arn:aws:servicequotas:${call.region}:${account}:${service}/${code}`,
      QuotaCode: code,
      QuotaName: name,
      Value: quotaOf(world, code),
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

  const raise = async (call: Call): Promise<Members> => {
    const { Quota } = await one(call)
    const { ServiceCode, QuotaCode, DesiredValue } = call.input
    if (DesiredValue <= Quota.Value)
      throw new AwsError(
        'IllegalArgumentException',
        'You must provide a quota value greater than the current quota value.',
      )
    raiseQuota(world, QuotaCode, DesiredValue)
    const Id = crypto.randomUUID().replaceAll('-', '')
    return { RequestedQuota: { Id, ServiceCode, QuotaCode, DesiredValue, Status: 'APPROVED' } }
  }

  return {
    servicequotas: {
      RequestServiceQuotaIncrease: raise,
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
