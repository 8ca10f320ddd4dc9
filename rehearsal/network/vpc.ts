import type { Rule, Rules } from './firewall.ts'
import { type Fields, fieldsOf, listOf, type Query, textOf, textsOf } from './query.ts'
import type { Landscape, RouteTable } from './routes.ts'

/** Every security group rule of the account, as EC2 has them now. */
export async function readRules(query: Query): Promise<Rules> {
  const [groups, lists] = await Promise.all([
    query('ec2', 'DescribeSecurityGroups'),
    query('ec2', 'DescribeManagedPrefixLists'),
  ])
  const rules = listOf(groups.securityGroupInfo).flatMap((group) => {
    const groupId = textOf(group.groupId)
    return [
      ...listOf(group.ipPermissions).flatMap((entry) => rulesOf(groupId, 'ingress', entry)),
      ...listOf(group.ipPermissionsEgress).flatMap((entry) => rulesOf(groupId, 'egress', entry)),
    ]
  })
  const named = new Set(rules.map((rule) => rule.prefixList))
  const wanted = listOf(lists.prefixListSet)
    .map((list) => textOf(list.prefixListId))
    .filter((id) => named.has(id))
  const entries = await Promise.all(
    wanted.map(async (id) => {
      const answer = await query('ec2', 'GetManagedPrefixListEntries', { PrefixListId: id })
      return [id, listOf(answer.entrySet).map((entry) => textOf(entry.cidr))] as const
    }),
  )
  return { rules, prefixLists: Object.fromEntries(entries) }
}

function rulesOf(groupId: string, direction: Rule['direction'], entry: Fields): Rule[] {
  const common = {
    groupId,
    direction,
    protocol: textOf(entry.ipProtocol),
    from: Number(textOf(entry.fromPort) || 0),
    to: Number(textOf(entry.toPort) || 65_535),
  }
  return [
    ...listOf(entry.ipRanges).map((range) => ({ ...common, cidr: textOf(range.cidrIp) })),
    ...listOf(entry.groups).map((pair) => ({ ...common, peerGroup: textOf(pair.groupId) })),
    ...listOf(entry.prefixListIds).map((list) => ({ ...common, prefixList: textOf(list.prefixListId) })),
  ]
}

/** Subnets, routes, gateways and endpoints of the account. */
export async function readLandscape(query: Query): Promise<Landscape> {
  const [subnets, tables, nats, gateways, endpoints] = await Promise.all([
    query('ec2', 'DescribeSubnets'),
    query('ec2', 'DescribeRouteTables'),
    query('ec2', 'DescribeNatGateways'),
    query('ec2', 'DescribeInternetGateways'),
    query('ec2', 'DescribeVpcEndpoints'),
  ])
  return {
    subnets: listOf(subnets.subnetSet).map((subnet) => ({
      id: textOf(subnet.subnetId),
      vpcId: textOf(subnet.vpcId),
      cidr: textOf(subnet.cidrBlock),
      zone: textOf(subnet.availabilityZone),
    })),
    routeTables: listOf(tables.routeTableSet).map(routeTableFrom),
    natGateways: listOf(nats.natGatewaySet).map((nat) => ({
      id: textOf(nat.natGatewayId),
      subnetId: textOf(nat.subnetId),
      state: textOf(nat.state),
    })),
    internetGateways: listOf(gateways.internetGatewaySet).map((gateway) => ({
      id: textOf(gateway.internetGatewayId),
      vpcIds: listOf(gateway.attachmentSet).map((attachment) => textOf(attachment.vpcId)),
    })),
    endpoints: listOf(endpoints.vpcEndpointSet).map((endpoint) => ({
      id: textOf(endpoint.vpcEndpointId),
      vpcId: textOf(endpoint.vpcId),
      // moto leaves out the default.
      type: textOf(endpoint.vpcEndpointType) || 'Gateway',
      serviceName: textOf(endpoint.serviceName),
      state: textOf(endpoint.state).toLowerCase(),
      subnetIds: textsOf(endpoint.subnetIdSet),
      routeTableIds: textsOf(endpoint.routeTableIdSet),
      groups: listOf(endpoint.groupSet).map((group) => textOf(group.groupId)),
      privateDns: textOf(endpoint.privateDnsEnabled) === 'true',
    })),
  }
}

function routeTableFrom(table: Fields): RouteTable {
  const associations = listOf(table.associationSet)
  return {
    id: textOf(table.routeTableId),
    vpcId: textOf(table.vpcId),
    main: associations.some((association) => textOf(association.main) === 'true'),
    subnetIds: associations.map((association) => textOf(association.subnetId)).filter(Boolean),
    routes: listOf(table.routeSet).map((route) => ({
      destination: textOf(route.destinationCidrBlock) || textOf(route.destinationPrefixListId),
      target:
        textOf(route.natGatewayId) || textOf(route.gatewayId) || textOf(fieldsOf(route).networkInterfaceId),
      state: textOf(route.state),
    })),
  }
}
