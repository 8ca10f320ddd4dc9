import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Aws } from '../aws'
import type { Objects } from './objects'

/** The bucket's objects, or undefined while there is no such bucket. */
export async function bucketObjects(aws: Pick<Aws, 'client'>, Bucket: string): Promise<Objects | undefined> {
  const found = await unless(
    ['NotFound', 'NoSuchBucket'],
    aws
      .client(S3Client)
      .send(new HeadBucketCommand({ Bucket }))
      .catch((error) => {
        throw named(error, Bucket)
      }),
  )
  return found && objectsOf(aws, Bucket)
}

/** The same of a bucket that may not be there: the first call says so. */
export function objectsOf(aws: Pick<Aws, 'client'>, Bucket: string): Objects {
  const s3 = aws.client(S3Client)
  const put = (Key: string, Body: string, condition: { IfNoneMatch?: string; IfMatch?: string } = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', ...condition }))
  // 412: somebody's version is there. 409: somebody is writing it right now.
  const lost = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']
  return {
    place: `s3://${Bucket}`,
    shared: true,
    async get(Key) {
      const answer = await unless(['NoSuchKey'], s3.send(new GetObjectCommand({ Bucket, Key })))
      if (!answer) return undefined
      return { text: (await answer.Body?.transformToString()) ?? '', version: answer.ETag ?? '' }
    },
    put: async (key, text) => void (await put(key, text)),
    create: async (key, text) => (await unless(lost, put(key, text, { IfNoneMatch: '*' })))?.ETag,
    replace: async (key, text, version) => (await unless(lost, put(key, text, { IfMatch: version })))?.ETag,
    async remove(Key, version) {
      await unless(lost, s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: version })))
    },
    async list(Prefix) {
      const keys: string[] = []
      let ContinuationToken: string | undefined
      do {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken ? { ContinuationToken } : {}) }),
        )
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken)
      return keys
    },
  }
}

/** The answer to a HEAD has no body that would say what was denied. */
function named(error: Error & { $metadata?: { httpStatusCode?: number } }, bucket: string): Error {
  if (error.$metadata?.httpStatusCode !== 403) return error
  const message = `not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::${bucket}`
  return Object.assign(new Error(message, { cause: error }), { name: 'AccessDenied' })
}

async function unless<T>(expected: string[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && expected.includes(error.name)) return undefined
    throw error
  }
}
