import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { startGateway } from '../../../rehearsal/gateway/gateway.ts'
import { createNetwork, type Network } from '../../../rehearsal/network/network.ts'
import { makeVpc, startWorld, type Vpc } from './moto.ts'

// A busy machine takes its time to start moto, and to find a target healthy.
setDefaultTimeout(60_000)

let surroundings: Awaited<ReturnType<typeof startWorld>>
let gateway: ReturnType<typeof startGateway>
let network: Network
let ec2: EC2Client
let vpc: Vpc

beforeAll(async () => {
  surroundings = await startWorld()
  const { world, models } = surroundings
  network = createNetwork(world)
  gateway = startGateway({ world, port: 0, handlers: [network.handlers], models })
  vpc = await makeVpc(surroundings.query)
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  ec2 = new EC2Client({ endpoint: gateway.url, region: world.region, credentials, maxAttempts: 1 })
}, 60_000)

afterAll(async () => {
  ec2?.destroy()
  await gateway?.stop()
  await surroundings?.stop()
})

describe('rules of security groups', () => {
  const fromApp = (Description?: string) => ({
    GroupId: vpc.groups.rds,
    IpPermissions: [
      {
        IpProtocol: 'tcp',
        FromPort: 5432,
        ToPort: 5432,
        UserIdGroupPairs: [{ GroupId: vpc.groups.app, ...(Description ? { Description } : {}) }],
      },
    ],
  })
  const ingress = async () => {
    const { SecurityGroups } = await ec2.send(
      new DescribeSecurityGroupsCommand({ GroupIds: [vpc.groups.rds] }),
    )
    return SecurityGroups?.[0]?.IpPermissions?.length
  }

  test('a rule is revoked by protocol, port and peer, whatever its description', async () => {
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(fromApp('PostgreSQL')))
    expect(await ingress()).toBe(1)
    expect((await ec2.send(new RevokeSecurityGroupIngressCommand(fromApp()))).Return).toBe(true)
    expect(await ingress()).toBe(0)
    await expect(ec2.send(new RevokeSecurityGroupIngressCommand(fromApp()))).rejects.toThrow(
      'The specified rule does not exist in this security group',
    )
  })

  test('the same rule is not let in twice', async () => {
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(fromApp('PostgreSQL')))
    await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand(fromApp('again')))).rejects.toThrow(
      `the specified rule "peer: ${vpc.groups.app}, TCP, from port: 5432, to port: 5432, ALLOW" already exists`,
    )
  })

  test('the rule that lets a new group out everywhere can be revoked', async () => {
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: vpc.groups.rds, IpPermissions }))
    const { SecurityGroups } = await ec2.send(
      new DescribeSecurityGroupsCommand({ GroupIds: [vpc.groups.rds] }),
    )
    expect(SecurityGroups?.[0]?.IpPermissionsEgress).toEqual([])
  })
})

test("a task's public address is that of its interface", async () => {
  const { publicSubnets, groups } = vpc
  const options = { subnetIds: publicSubnets, securityGroups: [groups.app] }
  const eni = await network.attach({ ...options, assignPublicIp: true })
  const inside = await network.attach({ ...options, assignPublicIp: false })
  const NetworkInterfaceIds = [eni.id, inside.id]
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }))
  const shown = Object.fromEntries(
    (NetworkInterfaces ?? []).map((one) => [one.NetworkInterfaceId, one.Association?.PublicIp]),
  )
  expect(shown).toEqual({ [eni.id]: eni.publicIp, [inside.id]: undefined })
})
