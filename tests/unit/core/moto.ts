import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { startMoto } from '../../../rehearsal/moto'
import { stateBucket } from '../../../runbooks/aws/stack'
import { bareEnvironment } from './fixture'

const account = '123456789012'
const region = 'us-east-1'
export const bucket = stateBucket(account, region)

/** An AWS with nothing in it, for locks and journals. */
export async function startAws(folder: string) {
  const moto = await startMoto({ dir: folder, clone: join(import.meta.dir, '..', '..', '..') })
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'not-a-real-one-at-all-0123456789abcdef00',
  }
  const s3 = new S3Client({ endpoint: moto.url, region, credentials, forcePathStyle: true })
  return {
    s3,
    stop: moto.stop,
    reset: async () => void (await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' })),
    createBucket: async () => void (await s3.send(new CreateBucketCommand({ Bucket: bucket }))),
    /** The environment of a runbook that works on it. */
    environment: (home: string): Record<string, string> =>
      bareEnvironment(home, {
        AWS_ENDPOINT_URL: moto.url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      }),
  }
}
