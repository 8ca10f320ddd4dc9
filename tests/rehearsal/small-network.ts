import { EC2 } from '@aws-sdk/client-ec2'
import { ElastiCache } from '@aws-sdk/client-elasticache'

export interface Settings {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

export type Place = Awaited<ReturnType<typeof makeNetwork>>

/** Two public subnets with a way to the internet, and the groups internet → balancer → app → cache and database. */
export async function makeNetwork(settings: Settings, prefix: string) {
  const ec2 = new EC2(settings)
  const { Vpc } = await ec2.createVpc({ CidrBlock: '10.9.0.0/16' })
  const vpc = Vpc!.VpcId!
  const { InternetGateway } = await ec2.createInternetGateway({})
  const gateway = InternetGateway!.InternetGatewayId!
  await ec2.attachInternetGateway({ VpcId: vpc, InternetGatewayId: gateway })
  const { RouteTables } = await ec2.describeRouteTables({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] })
  await ec2.createRoute({
    RouteTableId: RouteTables![0]!.RouteTableId!,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: gateway,
  })
  const subnet = async (number: number, zone: string) => {
    const made = await ec2.createSubnet({
      VpcId: vpc,
      CidrBlock: `10.9.${number}.0/24`,
      AvailabilityZone: `${settings.region}${zone}`,
    })
    return made.Subnet!.SubnetId!
  }
  const subnets = [await subnet(1, 'a'), await subnet(2, 'b')]
  // As Terraform tags everything.
  const tags = [
    { Key: 'Project', Value: 'tria-aibpo' },
    { Key: 'Team', Value: 'Chat & "friends"' },
  ]
  const group = async (name: string, port: number, from: { cidr: string } | { group: string }) => {
    const made = await ec2.createSecurityGroup({
      GroupName: `${prefix}-${name}`,
      Description: name,
      VpcId: vpc,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: [...tags, { Key: 'Name', Value: name }] }],
    })
    await ec2.authorizeSecurityGroupIngress({
      GroupId: made.GroupId!,
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: port,
          ToPort: port,
          ...('cidr' in from
            ? { IpRanges: [{ CidrIp: from.cidr }] }
            : { UserIdGroupPairs: [{ GroupId: from.group }] }),
        },
      ],
    })
    return made.GroupId!
  }
  const balancerGroup = await group('alb', 80, { cidr: '0.0.0.0/0' })
  const appGroup = await group('app', 8080, { group: balancerGroup })
  const cacheGroup = await group('redis', 6379, { group: appGroup })
  const databaseGroup = await group('rds', 5432, { group: appGroup })
  return { vpc, subnets, balancerGroup, appGroup, cacheGroup, databaseGroup, prefix }
}

/** A Redis with encryption in transit; its URL. */
export async function makeCache(settings: Settings, id: string, place: Place): Promise<string> {
  const elasticache = new ElastiCache(settings)
  const CacheSubnetGroupName = `${place.prefix}-cache`
  await elasticache.createCacheSubnetGroup({
    CacheSubnetGroupName,
    CacheSubnetGroupDescription: 'of a small stack',
    SubnetIds: place.subnets,
  })
  await elasticache.createReplicationGroup({
    ReplicationGroupId: id,
    ReplicationGroupDescription: 'of a small stack',
    Engine: 'redis',
    CacheNodeType: 'cache.t4g.micro',
    NumCacheClusters: 1,
    CacheSubnetGroupName,
    SecurityGroupIds: [place.cacheGroup],
    TransitEncryptionEnabled: true,
    AtRestEncryptionEnabled: true,
  })
  for (;;) {
    const { ReplicationGroups } = await elasticache.describeReplicationGroups({ ReplicationGroupId: id })
    const endpoint = ReplicationGroups?.[0]?.NodeGroups?.[0]?.PrimaryEndpoint
    if (ReplicationGroups?.[0]?.Status === 'available' && endpoint)
      return `rediss://${endpoint.Address}:${endpoint.Port}`
    await Bun.sleep(300)
  }
}
