import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMoto } from '../../../rehearsal/moto.ts'
import {
  type Fields,
  fieldsOf,
  listOf,
  type Query,
  queryMoto,
  textOf,
} from '../../../rehearsal/network/query.ts'
import type { World } from '../../../rehearsal/world.ts'

/** A moto of a test's own, and the world around it. */
export async function startWorld() {
  const dir = mkdtempSync(join(tmpdir(), 'tria-network-'))
  const moto = await startMoto({ dir })
  const lines: string[] = []
  const world: World = {
    dir,
    account: '123456789012',
    region: 'us-east-1',
    motoUrl: moto.url,
    gatewayUrl: moto.url,
    log: (part, message) => void lines.push(`${part}: ${message}`),
    stopping: new AbortController().signal,
  }
  const stop = async () => {
    await moto.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  return { world, query: queryMoto(world), lines, models: moto.models, stop }
}

/** A VPC with a public and a private subnet in two zones, and the groups the stack has. */
export async function makeVpc(query: Query) {
  const id = (answer: Fields, thing: string, name: string) => textOf(fieldsOf(answer[thing])[name])
  const vpcId = id(await query('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }), 'vpc', 'vpcId')
  const subnet = async (CidrBlock: string, AvailabilityZone: string) =>
    id(
      await query('ec2', 'CreateSubnet', { VpcId: vpcId, CidrBlock, AvailabilityZone }),
      'subnet',
      'subnetId',
    )
  const publicSubnets = [await subnet('10.0.1.0/24', 'us-east-1a'), await subnet('10.0.2.0/24', 'us-east-1b')]
  const privateSubnets = [
    await subnet('10.0.11.0/24', 'us-east-1a'),
    await subnet('10.0.12.0/24', 'us-east-1b'),
  ]
  const group = async (GroupName: string) =>
    textOf(
      (await query('ec2', 'CreateSecurityGroup', { GroupName, GroupDescription: GroupName, VpcId: vpcId }))
        .groupId,
    )
  const groups = { alb: await group('alb'), app: await group('app'), rds: await group('rds') }
  return { vpcId, publicSubnets, privateSubnets, groups }
}

export type Vpc = Awaited<ReturnType<typeof makeVpc>>

/** Opens (or with `Revoke` closes) a TCP port of a group. */
export async function ingress(
  query: Query,
  verb: 'Authorize' | 'Revoke',
  group: string,
  port: number,
  peer: { group: string } | { cidr: string },
): Promise<void> {
  const source =
    'group' in peer ? { Groups: [{ GroupId: peer.group }] } : { IpRanges: [{ CidrIp: peer.cidr }] }
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...source }]
  await query('ec2', `${verb}SecurityGroupIngress`, { GroupId: group, IpPermissions })
}

/** Gives private subnets a way out through a NAT gateway; gives back how to take it away. */
export async function natGateway(query: Query, { vpcId, publicSubnets, privateSubnets }: Vpc) {
  const made = await query('ec2', 'CreateInternetGateway')
  const gateway = textOf(fieldsOf(made.internetGateway).internetGatewayId)
  await query('ec2', 'AttachInternetGateway', { InternetGatewayId: gateway, VpcId: vpcId })
  const table = async (subnets: string[], target: object) => {
    const created = await query('ec2', 'CreateRouteTable', { VpcId: vpcId })
    const RouteTableId = textOf(fieldsOf(created.routeTable).routeTableId)
    for (const SubnetId of subnets) await query('ec2', 'AssociateRouteTable', { RouteTableId, SubnetId })
    await query('ec2', 'CreateRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...target })
    return RouteTableId
  }
  await table(publicSubnets, { GatewayId: gateway })
  const address = textOf((await query('ec2', 'AllocateAddress', { Domain: 'vpc' })).allocationId)
  const nat = await query('ec2', 'CreateNatGateway', { SubnetId: publicSubnets[0], AllocationId: address })
  const NatGatewayId = textOf(fieldsOf(nat.natGateway).natGatewayId)
  const RouteTableId = await table(privateSubnets, { NatGatewayId })
  return {
    removeRoute: () => query('ec2', 'DeleteRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' }),
  }
}

export { listOf, textOf }
