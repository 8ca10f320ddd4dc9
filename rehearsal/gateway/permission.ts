import type { Members } from './call'
import type { Wire } from './protocol/wire'

/** S3's operations and the IAM actions that allow them often have different names. */
const s3: Record<string, string> = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteObjects: 'DeleteObject',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketCors: 'GetBucketCORS',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  UploadPart: 'PutObject',
}

/** The IAM action that allows a call, when it is not simply `service:Action`. */
export function permissionOf({ scope: { service }, action }: Wire): string | undefined {
  if (service === 'monitoring') return `cloudwatch:${action}`
  // Budgets has two permissions for everything but tags.
  if (service === 'budgets' && !/Resource$/.test(action))
    return `budgets:${/^(Describe|List)/.test(action) ? 'ViewBudget' : 'ModifyBudget'}`
  return service === 's3' && s3[action] ? `s3:${s3[action]}` : undefined
}

/** Members that hand a service a role to act with, which takes `iam:PassRole` on it. */
const handedOver = [
  'taskRoleArn',
  'executionRoleArn',
  'IamRoleArn',
  'MonitoringRoleArn',
  'DeliverLogsPermissionArn',
  'RoleARN',
]

/** The roles that a call passes on. */
export function passedRoles(input: Members): string[] {
  const given = handedOver.map((member) => input[member]).filter((role) => typeof role === 'string')
  return [...new Set(given)]
}
