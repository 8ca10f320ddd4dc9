import type { Tag } from '@aws-sdk/client-ec2'
import type { Aws } from '../aws/clients'
import { findDatabase, findReplicationGroup } from '../aws/database'
import { findLoadBalancer } from '../aws/loadbalancer'
import { findService } from '../aws/service'
import { project, type Stack } from '../aws/stack'

/** Something that goes on costing money after a destroy, and the command that ends it. */
export type Remaining = { what: string; command: string }

/** Looks for what is left of an environment, by its names and tags. */
export async function whatRemains(aws: Aws, stack: Stack, region: string): Promise<Remaining[]> {
  const found = await Promise.all([
    parts(aws, stack, region),
    snapshots(aws, stack, region),
    addresses(aws, stack, region),
    secrets(aws, stack, region),
    logGroups(aws, stack, region),
  ])
  return found.flat()
}

async function parts(aws: Aws, stack: Stack, region: string): Promise<Remaining[]> {
  const [service, balancer, database, cache] = await Promise.all([
    findService(aws, stack),
    findLoadBalancer(aws, stack),
    findDatabase(aws, stack),
    findReplicationGroup(aws, stack),
  ])
  const remaining: Remaining[] = []
  if (service) {
    remaining.push({
      what: `service ${stack.service}`,
      command: `aws ecs delete-service --cluster ${stack.cluster} --service ${stack.service} --force --region ${region}`,
    })
  }
  if (balancer) {
    remaining.push({
      what: `load balancer ${stack.loadBalancer}`,
      command: `aws elbv2 delete-load-balancer --load-balancer-arn ${balancer.LoadBalancerArn} --region ${region}`,
    })
  }
  if (database) {
    remaining.push({
      what: `database ${stack.database}`,
      command: `aws rds delete-db-instance --db-instance-identifier ${stack.database} --region ${region}`,
    })
  }
  if (cache) {
    remaining.push({
      what: `cache ${stack.replicationGroup}`,
      command: `aws elasticache delete-replication-group --replication-group-id ${stack.replicationGroup} --region ${region}`,
    })
  }
  return remaining
}

/** Automated snapshots go with the instance; the final one stays until somebody deletes it. */
async function snapshots(aws: Aws, stack: Stack, region: string): Promise<Remaining[]> {
  const rds = await aws.rds()
  const { DBSnapshots = [] } = await rds.describeDBSnapshots({ SnapshotType: 'manual' })
  return DBSnapshots.filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier === stack.database).map(
    (snapshot) => ({
      what: `database snapshot ${snapshot.DBSnapshotIdentifier} (${snapshot.AllocatedStorage} GB)`,
      command: `aws rds delete-db-snapshot --db-snapshot-identifier ${snapshot.DBSnapshotIdentifier} --region ${region}`,
    }),
  )
}

async function addresses(aws: Aws, stack: Stack, region: string): Promise<Remaining[]> {
  const ec2 = await aws.ec2()
  const tagged = Object.entries(ownTags(stack)).map(([key, value]) => ({
    Name: `tag:${key}`,
    Values: [value],
  }))
  const [{ Addresses = [] }, { NatGateways = [] }] = await Promise.all([
    ec2.describeAddresses({ Filters: tagged }),
    ec2.describeNatGateways({ Filter: [...tagged, { Name: 'state', Values: ['available', 'pending'] }] }),
  ])
  return [
    ...NatGateways.filter((one) => isOf(stack, one)).map(({ NatGatewayId }) => ({
      what: `NAT gateway ${NatGatewayId}`,
      command: `aws ec2 delete-nat-gateway --nat-gateway-id ${NatGatewayId} --region ${region}`,
    })),
    ...Addresses.filter((one) => isOf(stack, one)).map(({ PublicIp, AllocationId }) => ({
      what: `Elastic IP address ${PublicIp}`,
      command: `aws ec2 release-address --allocation-id ${AllocationId} --region ${region}`,
    })),
  ]
}

/** What Terraform's default_tags write on everything of an environment. */
const ownTags = ({ environment }: Stack) => ({ Project: project, Environment: environment })

/** Looked at once more after the filter: beside each of these stands a command that deletes it. */
const isOf = (stack: Stack, { Tags = [] }: { Tags?: Tag[] | undefined }) =>
  Object.entries(ownTags(stack)).every(([key, value]) =>
    Tags.some((tag) => tag.Key === key && tag.Value === value),
  )

async function secrets(aws: Aws, stack: Stack, region: string): Promise<Remaining[]> {
  const client = await aws.secrets()
  const { SecretList = [] } = await client.listSecrets({
    Filters: [{ Key: 'name', Values: [`${stack.prefix}/`] }],
  })
  const own = SecretList.filter(({ Name }) => Name?.startsWith(`${stack.prefix}/`))
  return own
    .filter(({ DeletedDate }) => !DeletedDate)
    .map(({ Name }) => ({
      what: `secret ${Name}`,
      command: `aws secretsmanager delete-secret --secret-id ${Name} --region ${region}`,
    }))
}

async function logGroups(aws: Aws, stack: Stack, region: string): Promise<Remaining[]> {
  const logs = await aws.logs()
  const { logGroups: groups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: stack.logGroup })
  return groups
    .filter(({ logGroupName }) => logGroupName === stack.logGroup)
    .map(({ logGroupName }) => ({
      what: `log group ${logGroupName}`,
      command: `aws logs delete-log-group --log-group-name ${logGroupName} --region ${region}`,
    }))
}
