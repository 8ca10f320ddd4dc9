import type { World } from '../../world'
import { AwsError, type Call, type Handlers } from '../call'

/**
 * Bucket documents that moto keeps only in part. Of a life cycle it drops `NewerNoncurrentVersions`, and the
 * provider then waits for it in vain. Of a policy it ignores the conditions, so that one which denies requests
 * without TLS would deny everything; S3 itself would see TLS, as here the gateway stands for its front door.
 */
export function s3(world: World): Handlers {
  const lifecycles = new Map<string, string>()
  const policies = new Map<string, string>()
  const bucketOf = (call: Call): string => call.input.Bucket

  async function mustExist(call: Call): Promise<void> {
    const answer = await fetch(`${world.motoUrl}/${bucketOf(call)}`, { method: 'HEAD' })
    if (!answer.ok) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
  }

  return {
    s3: {
      async PutBucketLifecycleConfiguration(call) {
        const answer = await call.forward()
        if (answer.ok) lifecycles.set(bucketOf(call), new TextDecoder().decode(call.raw))
        return answer
      },
      async GetBucketLifecycleConfiguration(call) {
        const answer = await call.forward()
        const kept = lifecycles.get(bucketOf(call))
        return answer.ok && kept ? new Response(kept, { headers: answer.headers }) : answer
      },
      async DeleteBucketLifecycle(call) {
        lifecycles.delete(bucketOf(call))
        return call.forward()
      },

      async PutBucketPolicy(call) {
        await mustExist(call)
        const text = new TextDecoder().decode(call.raw)
        if (!isPolicy(text)) throw new AwsError('MalformedPolicy', 'This policy contains invalid Json', 400)
        policies.set(bucketOf(call), text)
        return new Response(null, { status: 204 })
      },
      async GetBucketPolicy(call) {
        await mustExist(call)
        const text = policies.get(bucketOf(call))
        if (!text) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404)
        return new Response(text, { headers: { 'content-type': 'application/json' } })
      },
      async DeleteBucketPolicy(call) {
        await mustExist(call)
        policies.delete(bucketOf(call))
        return new Response(null, { status: 204 })
      },

      async DeleteBucket(call) {
        const answer = await call.forward()
        if (answer.ok) for (const kept of [lifecycles, policies]) kept.delete(bucketOf(call))
        return answer
      },
    },
  }
}

function isPolicy(text: string): boolean {
  try {
    return Array.isArray([JSON.parse(text).Statement].flat())
  } catch {
    return false
  }
}
