import { EC2, type IpPermission } from '@aws-sdk/client-ec2'
import type { Trouble } from '../../rehearsal/small-trouble'
import type { Drill } from './drill'

/** Takes every rule of a security group away; what it returns puts them back. */
export async function closeGroup({ small }: Trouble, name: string): Promise<() => Promise<unknown>> {
  const ec2 = new EC2(small.settings)
  const { SecurityGroups } = await ec2.describeSecurityGroups({
    Filters: [{ Name: 'group-name', Values: [`${small.stack.prefix}-${name}`] }],
  })
  const { GroupId, IpPermissions } = SecurityGroups![0]!
  const rule = { GroupId: GroupId!, IpPermissions: IpPermissions as IpPermission[] }
  await ec2.revokeSecurityGroupIngress(rule)
  return () => ec2.authorizeSecurityGroupIngress(rule)
}

/** Tasks keep the connections that they have: a new one shows what is closed. */
const closed = (group: string, what: string): Drill => ({
  name: `a rule to the ${what} that was revoked by hand`,
  causes: [`group-closes-${what}`],
  async play(trouble) {
    const open = await closeGroup(trouble, group)
    await trouble.move()
    return async () => {
      await open()
      await trouble.back()
    }
  },
})

const everywhere = '0.0.0.0/0'

/** How the tasks' subnets lead to the internet. */
async function wayOf(ec2: EC2) {
  const { Subnets } = await ec2.describeSubnets({
    Filters: [{ Name: 'cidr-block', Values: ['10.9.1.0/24'] }],
  })
  const vpc = Subnets![0]!.VpcId!
  const { RouteTables } = await ec2.describeRouteTables({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] })
  const { RouteTableId: table, Routes } = RouteTables![0]!
  const route = Routes!.find((one) => one.DestinationCidrBlock === everywhere)!
  return { vpc, table: table!, route }
}

async function cutRoute({ small }: Trouble): Promise<() => Promise<unknown>> {
  const ec2 = new EC2(small.settings)
  const { table, route } = await wayOf(ec2)
  const way = { RouteTableId: table, DestinationCidrBlock: everywhere }
  await ec2.deleteRoute(way)
  return () => ec2.createRoute({ ...way, GatewayId: route.GatewayId! })
}

/** The tasks' way out through a NAT gateway, in a subnet of its own; what it returns puts the old way back. */
async function behindNat({ small }: Trouble) {
  const ec2 = new EC2(small.settings)
  const { table, route, vpc } = await wayOf(ec2)
  const { Subnet } = await ec2.createSubnet({ VpcId: vpc, CidrBlock: '10.9.9.0/24' })
  const SubnetId = Subnet!.SubnetId!
  const { RouteTable } = await ec2.createRouteTable({ VpcId: vpc })
  const RouteTableId = RouteTable!.RouteTableId!
  await ec2.createRoute({ RouteTableId, DestinationCidrBlock: everywhere, GatewayId: route.GatewayId! })
  const { AssociationId } = await ec2.associateRouteTable({ RouteTableId, SubnetId })
  const { AllocationId } = await ec2.allocateAddress({ Domain: 'vpc' })
  const { NatGateway } = await ec2.createNatGateway({ SubnetId, AllocationId })
  const { NatGatewayId } = NatGateway!
  const way = { RouteTableId: table, DestinationCidrBlock: everywhere }
  await ec2.replaceRoute({ ...way, NatGatewayId })
  return {
    drop: () => ec2.deleteNatGateway({ NatGatewayId }),
    async end() {
      await ec2.replaceRoute({ ...way, GatewayId: route.GatewayId! })
      await ec2.disassociateRouteTable({ AssociationId })
      await ec2.deleteRouteTable({ RouteTableId })
      await ec2.deleteSubnet({ SubnetId })
      await ec2.releaseAddress({ AllocationId })
    },
  }
}

/** Takes every address of the tasks' subnets. */
async function fillSubnets({ small }: Trouble): Promise<() => Promise<unknown>> {
  const ec2 = new EC2(small.settings)
  const network = (await small.service()).networkConfiguration!.awsvpcConfiguration!
  const taken: string[] = []
  const { Subnets } = await ec2.describeSubnets({ SubnetIds: network.subnets! })
  for (const { SubnetId, CidrBlock } of Subnets!) {
    // AWS keeps the first four and the last of a block for itself.
    const addresses = Array.from({ length: 251 }, (_, i) => CidrBlock!.replace(/\.0\/24$/, `.${i + 4}`))
    while (addresses.length > 0) {
      const made = await Promise.all(
        addresses
          .splice(0, 25)
          .map((PrivateIpAddress) =>
            ec2.createNetworkInterface({ SubnetId, PrivateIpAddress }).catch(() => undefined),
          ),
      )
      taken.push(...made.flatMap((one) => one?.NetworkInterface?.NetworkInterfaceId ?? []))
    }
  }
  return async () => {
    while (taken.length > 0)
      await Promise.all(
        taken.splice(0, 25).map((NetworkInterfaceId) => ec2.deleteNetworkInterface({ NetworkInterfaceId })),
      )
  }
}

let nat: Awaited<ReturnType<typeof behindNat>> | undefined

export const networkDrills: Drill[] = [
  closed('app', 'app'),
  closed('rds', 'database'),
  closed('redis', 'cache'),
  {
    name: 'a load balancer that lets nobody in any more',
    causes: ['group-closes-door'],
    play: (trouble) => closeGroup(trouble, 'alb'),
  },
  {
    name: 'subnets whose addresses are all taken',
    causes: ['subnet-full'],
    async play(trouble) {
      const mend = await fillSubnets(trouble)
      await trouble.move()
      return async () => {
        await mend()
        await trouble.back()
      }
    },
  },
  {
    name: 'a route to the internet that is gone',
    causes: ['no-way-out'],
    async play(trouble) {
      const mend = await cutRoute(trouble)
      await trouble.move()
      return async () => {
        await mend()
        await trouble.back()
      }
    },
  },
  {
    name: 'a NAT gateway that was deleted',
    causes: ['no-way-out'],
    async play(trouble) {
      await nat!.drop()
      await trouble.move()
      return async () => {
        await nat!.end()
        await trouble.back()
      }
    },
    // With it tasks start, and are well.
    async ready(trouble) {
      nat = await behindNat(trouble)
      await trouble.back()
    },
  },
]
