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

async function cutRoute({ small }: Trouble): Promise<() => Promise<unknown>> {
  const ec2 = new EC2(small.settings)
  const { Subnets } = await ec2.describeSubnets({
    Filters: [{ Name: 'cidr-block', Values: ['10.9.1.0/24'] }],
  })
  const { RouteTables } = await ec2.describeRouteTables({
    Filters: [{ Name: 'vpc-id', Values: [Subnets![0]!.VpcId!] }],
  })
  const way = { RouteTableId: RouteTables![0]!.RouteTableId!, DestinationCidrBlock: '0.0.0.0/0' }
  const route = RouteTables![0]!.Routes!.find((one) => one.DestinationCidrBlock === way.DestinationCidrBlock)
  await ec2.deleteRoute(way)
  return () => ec2.createRoute({ ...way, GatewayId: route!.GatewayId! })
}

/** Takes every address of the tasks' subnets. */
async function fillSubnets({ small }: Trouble): Promise<() => Promise<unknown>> {
  const ec2 = new EC2(small.settings)
  const network = (await small.service()).networkConfiguration!.awsvpcConfiguration!
  const taken: string[] = []
  const free = async (SubnetId: string) =>
    (await ec2.describeSubnets({ SubnetIds: [SubnetId] })).Subnets![0]!.AvailableIpAddressCount!
  for (const SubnetId of network.subnets!) {
    for (let left = await free(SubnetId); left > 0; left = await free(SubnetId)) {
      const made = await Promise.all(
        Array.from({ length: Math.min(left, 25) }, () => ec2.createNetworkInterface({ SubnetId })),
      )
      taken.push(...made.map(({ NetworkInterface }) => NetworkInterface!.NetworkInterfaceId!))
    }
  }
  return async () => {
    while (taken.length > 0)
      await Promise.all(
        taken.splice(0, 25).map((NetworkInterfaceId) => ec2.deleteNetworkInterface({ NetworkInterfaceId })),
      )
  }
}

export const networkDrills: Drill[] = [
  closed('app', 'app'),
  closed('rds', 'database'),
  closed('redis', 'cache'),
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
]
