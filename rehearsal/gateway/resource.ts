import type { World } from '../world'
import type { Members } from './call'
import type { Wire } from './protocol/wire'

/** How the ARN of a service's resource is made of the member that names it, in the order they are tried. */
const named: Record<string, [member: string, arn: (name: string, input: Members) => string][]> = {
  rds: [
    ['DBInstanceIdentifier', (name) => `db:${name}`],
    ['DBParameterGroupName', (name) => `pg:${name}`],
    ['DBSubnetGroupName', (name) => `subgrp:${name}`],
    ['DBSnapshotIdentifier', (name) => `snapshot:${name}`],
  ],
  elasticache: [
    ['ReplicationGroupId', (name) => `replicationgroup:${name}`],
    ['CacheClusterId', (name) => `cluster:${name}`],
    ['CacheSubnetGroupName', (name) => `subnetgroup:${name}`],
    ['CacheParameterGroupName', (name) => `parametergroup:${name}`],
  ],
  ecs: [
    ['service', (name, input) => `service/${last(input.cluster ?? 'default')}/${last(name)}`],
    ['serviceName', (name, input) => `service/${last(input.cluster ?? 'default')}/${name}`],
    ['taskDefinition', (name) => `task-definition/${last(name)}`],
    ['family', (name) => `task-definition/${name}`],
    ['task', (name, input) => `task/${last(input.cluster ?? 'default')}/${last(name)}`],
    ['cluster', (name) => `cluster/${last(name)}`],
    ['clusterName', (name) => `cluster/${name}`],
  ],
  ecr: [['repositoryName', (name) => `repository/${name}`]],
  secretsmanager: [
    ['SecretId', (name) => `secret:${name}`],
    ['Name', (name) => `secret:${name}`],
  ],
  logs: [['logGroupName', (name) => `log-group:${name}`]],
  sns: [['Name', (name) => name]],
  monitoring: [
    ['AlarmName', (name) => `alarm:${name}`],
    ['DashboardName', (name) => `dashboard/${name}`],
  ],
  iam: [
    ['RoleName', (name) => `role/${name}`],
    ['PolicyName', (name) => `policy/${name}`],
    ['UserName', (name) => `user/${name}`],
  ],
  kms: [['KeyId', (name) => (name.startsWith('alias/') ? name : `key/${name}`)]],
  elasticloadbalancing: [['Name', (name) => name]],
}

const last = (name: string): string => String(name).split('/').at(-1) ?? name

/** What a call was about, as an ARN where it can be told: best effort, for the record. */
export function resourceOf(wire: Wire, world: Pick<World, 'account'>, input: Members): string | undefined {
  const { service, region } = wire.scope
  if (service === 's3')
    return input.Bucket && `arn:aws:s3:::${input.Bucket}${input.Key ? `/${input.Key}` : ''}`
  for (const [member, arn] of named[service] ?? []) {
    const name = input[member]
    if (typeof name !== 'string' || name === '') continue
    if (name.startsWith('arn:')) return name
    const where = service === 'iam' ? '' : region
    return `arn:aws:${service === 'monitoring' ? 'cloudwatch' : service}:${where}:${world.account}:${arn(name, input)}`
  }
  return (
    Object.values(input)
      .flat()
      .find((value) => typeof value === 'string' && value.startsWith('arn:')) ?? plain(input)
  )
}

/** An id such as `vpc-0123`, the first of those given. */
function plain(input: Members): string | undefined {
  const ids = Object.entries(input).filter(([member]) => /Ids?$/.test(member))
  const value = ids.map(([, given]) => [given].flat()[0]).find((given) => typeof given === 'string')
  return value as string | undefined
}

/** S3's operations and its IAM actions have different names; elsewhere the service's name may differ. */
const s3Permissions: Record<string, string> = {
  HeadObject: 's3:GetObject',
  HeadBucket: 's3:ListBucket',
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  ListBuckets: 's3:ListAllMyBuckets',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  DeleteObjects: 's3:DeleteObject',
  CopyObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  GetBucketEncryption: 's3:GetEncryptionConfiguration',
  PutBucketEncryption: 's3:PutEncryptionConfiguration',
  DeleteBucketEncryption: 's3:PutEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
  DeleteBucketLifecycle: 's3:PutLifecycleConfiguration',
  GetBucketReplication: 's3:GetReplicationConfiguration',
  GetBucketAccelerateConfiguration: 's3:GetAccelerateConfiguration',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 's3:PutBucketPublicAccessBlock',
  GetBucketCors: 's3:GetBucketCORS',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
}

/** The IAM action that allows a call, when it is not simply `service:Action`. */
export function permissionOf({ scope, action }: Wire): string | undefined {
  if (scope.service === 's3') return s3Permissions[action]
  return scope.service === 'monitoring' ? `cloudwatch:${action}` : undefined
}
