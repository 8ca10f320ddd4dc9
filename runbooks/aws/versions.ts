import type { Aws } from './clients'

/** One version of an object in a versioned bucket, without its content. */
export interface Version {
  id: string
  at: Date
  size: number
  /** What a reader gets who asks for no version. */
  latest: boolean
  /** The object was deleted with this one; there is no content. */
  deleted: boolean
}

/** The newest first. */
export async function listVersions(aws: Aws, bucket: string, key: string, limit = 20): Promise<Version[]> {
  const s3 = await aws.s3()
  const answer = await s3.listObjectVersions({ Bucket: bucket, Prefix: key, MaxKeys: 1000 })
  const kept = (answer.Versions ?? []).map((one) => ({ ...one, deleted: false, Size: one.Size ?? 0 }))
  const gone = (answer.DeleteMarkers ?? []).map((one) => ({ ...one, deleted: true, Size: 0 }))
  return [...kept, ...gone]
    .filter(({ Key }) => Key === key)
    .map(({ VersionId, LastModified, Size, IsLatest, deleted }) => ({
      id: VersionId ?? '',
      at: LastModified ?? new Date(0),
      size: Size,
      latest: IsLatest === true,
      deleted,
    }))
    .sort((a, b) => Number(b.latest) - Number(a.latest) || b.at.getTime() - a.at.getTime())
    .slice(0, limit)
}

export interface Content {
  text: string
  etag: string
}

/** An object, or one version of it; undefined where there is none. */
export async function readVersion(
  aws: Aws,
  bucket: string,
  key: string,
  id?: string,
): Promise<Content | undefined> {
  const s3 = await aws.s3()
  try {
    const { Body, ETag } = await s3.getObject({ Bucket: bucket, Key: key, ...(id ? { VersionId: id } : {}) })
    return { text: (await Body?.transformToString()) ?? '', etag: ETag ?? '' }
  } catch (error) {
    const missing = [
      'NoSuchKey',
      'NoSuchVersion',
      'NotFound',
      'NoSuchBucket',
      'InvalidArgument',
      'MethodNotAllowed',
    ]
    if (missing.includes((error as Error).name)) return undefined
    throw error
  }
}

/** Writes over exactly what was read (`over`), or where nothing was; false when somebody else was quicker. */
export async function writeOver(
  aws: Aws,
  place: { bucket: string; key: string; over: string | undefined },
  text: string,
): Promise<boolean> {
  const s3 = await aws.s3()
  try {
    await s3.putObject({
      Bucket: place.bucket,
      Key: place.key,
      Body: text,
      ContentType: 'application/json',
      ServerSideEncryption: 'AES256',
      ...(place.over ? { IfMatch: place.over } : { IfNoneMatch: '*' }),
    })
    return true
  } catch (error) {
    if (['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'].includes((error as Error).name))
      return false
    throw error
  }
}

export async function removeObject(aws: Aws, bucket: string, key: string): Promise<void> {
  const s3 = await aws.s3()
  await s3.deleteObject({ Bucket: bucket, Key: key })
}
