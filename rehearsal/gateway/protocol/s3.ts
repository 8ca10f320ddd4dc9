/** The subresources that name an S3 operation: `?versioning` with PUT is PutBucketVersioning. */
const bucketParts: Record<string, string> = {
  accelerate: 'AccelerateConfiguration',
  acl: 'Acl',
  analytics: 'AnalyticsConfiguration',
  cors: 'Cors',
  encryption: 'Encryption',
  inventory: 'InventoryConfiguration',
  lifecycle: 'LifecycleConfiguration',
  location: 'Location',
  logging: 'Logging',
  metrics: 'MetricsConfiguration',
  notification: 'NotificationConfiguration',
  ownershipControls: 'OwnershipControls',
  policy: 'Policy',
  policyStatus: 'PolicyStatus',
  replication: 'Replication',
  requestPayment: 'RequestPayment',
  tagging: 'Tagging',
  versioning: 'Versioning',
  website: 'Website',
}

const objectParts: Record<string, string> = {
  acl: 'Acl',
  attributes: 'Attributes',
  'legal-hold': 'LegalHold',
  retention: 'Retention',
  tagging: 'Tagging',
  torrent: 'Torrent',
}

const verbs: Record<string, string> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete', HEAD: 'Head', POST: 'Post' }

/** The operation of a path-style S3 request, with the members that its address and headers carry. */
export function s3Operation(method: string, url: URL, headers: Headers) {
  const [, bucket = '', ...rest] = url.pathname.split('/')
  const key = decodeURIComponent(rest.join('/'))
  const input: Record<string, string> = {}
  if (bucket) input.Bucket = decodeURIComponent(bucket)
  if (key) input.Key = key
  for (const [header, member] of [
    ['if-match', 'IfMatch'],
    ['if-none-match', 'IfNoneMatch'],
    ['x-amz-copy-source', 'CopySource'],
  ] as const) {
    const value = headers.get(header)
    if (value) input[member] = value
  }
  const action = bucket
    ? (key ? objectAction : bucketAction)(method, url.searchParams, headers)
    : 'ListBuckets'
  return { action, input }
}

function bucketAction(method: string, query: URLSearchParams, headers: Headers): string {
  const verb = verbs[method] ?? method
  for (const [part, name] of Object.entries(bucketParts)) {
    // S3's own irregularity: the lifecycle is put and got as a configuration, and deleted as a lifecycle.
    if (query.has(part))
      return part === 'lifecycle' && method === 'DELETE' ? 'DeleteBucketLifecycle' : `${verb}Bucket${name}`
  }
  if (query.has('publicAccessBlock')) return `${verb}PublicAccessBlock`
  if (query.has('object-lock')) return `${verb}ObjectLockConfiguration`
  if (query.has('versions')) return 'ListObjectVersions'
  if (query.has('uploads')) return 'ListMultipartUploads'
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects'
  if (method === 'GET') return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects'
  if (method === 'PUT') return 'CreateBucket'
  if (method === 'POST' && headers.get('content-type')?.startsWith('multipart/')) return 'PostObject'
  return `${verb}Bucket`
}

function objectAction(method: string, query: URLSearchParams, headers: Headers): string {
  const verb = verbs[method] ?? method
  for (const [part, name] of Object.entries(objectParts)) if (query.has(part)) return `${verb}Object${name}`
  if (query.has('uploads')) return 'CreateMultipartUpload'
  if (query.has('uploadId')) {
    if (method === 'PUT') return headers.has('x-amz-copy-source') ? 'UploadPartCopy' : 'UploadPart'
    return (
      { GET: 'ListParts', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method] ??
      `${verb}Object`
    )
  }
  if (query.has('restore')) return 'RestoreObject'
  if (method === 'PUT' && headers.has('x-amz-copy-source')) return 'CopyObject'
  return `${verb}Object`
}
