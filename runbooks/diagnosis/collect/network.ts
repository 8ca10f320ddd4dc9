import type { IpPermission, RouteTable, Tag } from '@aws-sdk/client-ec2'
import type { ServiceSeen } from '../parts'
import type { BalancerSeen, GroupSeen, RoutesSeen, RuleSeen } from '../parts-network'
import type { CacheSeen, DatabaseSeen } from '../parts-stores'
import type { Part } from '../snapshot'
import { lookAfter, orElse, type Place } from './look'

/** The groups of everything that talks: load balancer, tasks, database, cache. */
export function lookAtGroups(
  { aws, region }: Place,
  service: Promise<Part<ServiceSeen | null>>,
  others: Promise<Part<BalancerSeen | DatabaseSeen | CacheSeen | null>>[],
): Promise<Part<GroupSeen[]>> {
  return lookAfter(
    service,
    {
      what: 'the service',
      command: (it) =>
        `aws ec2 describe-security-groups --region ${region} --filters "Name=vpc-id,Values=$(aws ec2 describe-security-groups --region ${region} --group-ids ${it?.groups[0] ?? ''} --query 'SecurityGroups[0].VpcId' --output text)"`,
    },
    async (it) => {
      const more = await Promise.all(others.map((one) => orElse<{ groups: string[] } | null>(one, null)))
      const ids = [...new Set([...(it?.groups ?? []), ...more.flatMap((one) => one?.groups ?? [])])]
      if (ids.length === 0) return []
      const ec2 = await aws.ec2()
      // By filter: a group that has been deleted is then missing in the answer rather than an error.
      const { SecurityGroups = [] } = await ec2.describeSecurityGroups({
        Filters: [{ Name: 'group-id', Values: ids }],
      })
      return SecurityGroups.map((group) => ({
        id: group.GroupId ?? '',
        name: group.GroupName ?? '',
        ingress: (group.IpPermissions ?? []).map(ruleSeen),
        egress: (group.IpPermissionsEgress ?? []).map(ruleSeen),
        tags: sharedTags(group.Tags),
      }))
    },
  )
}

/** The tags that everything of an environment bears: not the group's name, nor what AWS and the runbooks mark it with. */
const sharedTags = (tags: Tag[] = []): Record<string, string> =>
  Object.fromEntries(
    tags.flatMap(({ Key = '', Value = '' }) => (/^(Name$|aws:|tria:)/.test(Key) ? [] : [[Key, Value]])),
  )

function ruleSeen({
  IpProtocol,
  FromPort,
  ToPort,
  UserIdGroupPairs,
  IpRanges,
  Ipv6Ranges,
  PrefixListIds,
}: IpPermission): RuleSeen {
  return {
    protocol: IpProtocol ?? '-1',
    from: FromPort ?? -1,
    to: ToPort ?? -1,
    groups: (UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    blocks: [
      ...(IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
      ...(Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
    ],
    lists: (PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
  }
}

/** The ways out of the subnets that the tasks are in. */
export function lookAtRoutes(
  { aws, region }: Place,
  service: Promise<Part<ServiceSeen | null>>,
): Promise<Part<RoutesSeen>> {
  return lookAfter(
    service,
    {
      what: 'the service',
      command: (it) =>
        `aws ec2 describe-route-tables --region ${region} --filters Name=association.subnet-id,Values=${it?.subnets.join(',') ?? ''}`,
    },
    async (it) => {
      if (!it?.subnets.length) return { subnets: [], gateways: [], endpoints: [] }
      const ec2 = await aws.ec2()
      const { Subnets = [] } = await ec2.describeSubnets({
        Filters: [{ Name: 'subnet-id', Values: it.subnets }],
      })
      const inVpc = [{ Name: 'vpc-id', Values: [Subnets[0]?.VpcId ?? ''] }]
      const [{ RouteTables = [] }, { NatGateways = [] }, { VpcEndpoints = [] }] = await Promise.all([
        ec2.describeRouteTables({ Filters: inVpc }),
        ec2.describeNatGateways({ Filter: inVpc }),
        ec2.describeVpcEndpoints({ Filters: inVpc }),
      ])
      return {
        subnets: Subnets.map((subnet) => ({
          id: subnet.SubnetId ?? '',
          block: subnet.CidrBlock ?? '',
          zone: subnet.AvailabilityZone ?? '',
          free: subnet.AvailableIpAddressCount ?? 0,
          out: wayOut(RouteTables, subnet.SubnetId ?? ''),
        })),
        gateways: NatGateways.map(({ NatGatewayId, State }) => ({
          id: NatGatewayId ?? '',
          state: State ?? '',
        })),
        endpoints: VpcEndpoints.map(({ ServiceName, State }) => ({
          service: ServiceName?.split('.').slice(3).join('.') ?? '',
          state: State ?? '',
        })),
      }
    },
  )
}

/** A subnet that is in no table's list is in the main one's. */
function wayOut(tables: RouteTable[], subnet: string): { to: string; state: string } | undefined {
  const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet))
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main))
  const route = (own ?? main)?.Routes?.find(
    ({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0',
  )
  const to = route?.NatGatewayId ?? route?.GatewayId ?? route?.TransitGatewayId ?? route?.NetworkInterfaceId
  return route && { to: to ?? '', state: route.State ?? 'active' }
}
