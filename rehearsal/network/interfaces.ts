import { freeAddress } from './addresses.ts'
import { fieldsOf, listOf, type Query, textOf } from './query.ts'

/** A task's network interface. */
export interface Eni {
  id: string
  privateIp: string
  subnetId: string
  securityGroups: string[]
  mac: string
  availabilityZone: string
  publicIp?: string
}

export interface AttachOptions {
  /** The task gets one of them. */
  subnetIds: string[]
  securityGroups: string[]
  assignPublicIp: boolean
}

/** Network interfaces that exist in EC2 too, so that `describe-network-interfaces` shows a task's address. */
export function createInterfaces(query: Query) {
  const attached = new Map<string, Eni>()
  /** Chosen but not yet known to EC2: two tasks starting at once must not get the same address. */
  const inCreation = new Set<string>()
  let turn = 0

  async function attach({ subnetIds, securityGroups, assignPublicIp }: AttachOptions): Promise<Eni> {
    // Subnets in turn: tasks spread over the zones, as the scheduler of Fargate places them.
    const subnetId = subnetIds[turn++ % subnetIds.length]
    if (!subnetId) throw new Error('Interface: no subnet given')
    const [subnet, interfaces] = await Promise.all([
      query('ec2', 'DescribeSubnets', { SubnetId: [subnetId] }),
      query('ec2', 'DescribeNetworkInterfaces', { Filter: [{ Name: 'subnet-id', Value: [subnetId] }] }),
    ])
    const cidr = textOf(listOf(subnet.subnetSet)[0]?.cidrBlock)
    const taken = new Set([
      ...listOf(interfaces.networkInterfaceSet).map((one) => textOf(one.privateIpAddress)),
      ...[...attached.values()].map((eni) => eni.privateIp),
      ...inCreation,
    ])
    const privateIp = freeAddress(cidr, taken)
    if (!privateIp) throw new Error(`Interface: subnet ${subnetId} has no free address`)
    inCreation.add(privateIp)
    try {
      const created = await query('ec2', 'CreateNetworkInterface', {
        SubnetId: subnetId,
        PrivateIpAddress: privateIp,
        SecurityGroupId: securityGroups,
        Description: 'arn:aws:ecs:attachment',
      })
      const made = fieldsOf(created.networkInterface)
      const eni: Eni = {
        id: textOf(made.networkInterfaceId),
        privateIp,
        subnetId,
        securityGroups,
        mac: textOf(made.macAddress),
        availabilityZone:
          textOf(made.availabilityZone) || textOf(listOf(subnet.subnetSet)[0]?.availabilityZone),
        ...(assignPublicIp ? { publicIp: publicAddress() } : {}),
      }
      attached.set(eni.id, eni)
      return eni
    } finally {
      inCreation.delete(privateIp)
    }
  }

  async function detach(eni: Eni): Promise<void> {
    if (!attached.delete(eni.id)) return
    await query('ec2', 'DeleteNetworkInterface', { NetworkInterfaceId: eni.id })
  }

  return { attach, detach, attached }
}

/** One of 198.18.0.0/15, set aside for tests of networks, so that it is nobody's real address. */
function publicAddress(): string {
  const part = () => 1 + Math.floor(Math.random() * 254)
  return `198.${18 + Math.floor(Math.random() * 2)}.${part()}.${part()}`
}
