import { stateBucket } from '../../aws/stack'
import { readVersion } from '../../aws/versions'
import type { LockSeen, StateLockSeen } from '../parts'
import type { Part } from '../snapshot'
import { look, type Place } from './look'

/** The lock that runbooks take before they change the environment. */
export async function lookAtLock(place: Place): Promise<Part<LockSeen | null>> {
  const { aws, stack, region } = place
  return look(show(stack.lockKey, region), async () => {
    const found = await readVersion(aws, await place.bucket(), stack.lockKey)
    const { what, who, since, until } = parsed(found?.text) as Partial<LockSeen>
    return what && until ? { what, who: who ?? '', since: since ?? '', until } : null
  })
}

/** Terraform's own lock: an object beside the state, which stays where Terraform was killed. */
export async function lookAtStateLock(place: Place): Promise<Part<StateLockSeen | null>> {
  const { aws, stack, region } = place
  const key = `${stack.stateKey}.tflock`
  return look(show(key, region), async () => {
    const bucket = await place.bucket()
    const found = await readVersion(aws, bucket, key)
    if (!found) return null
    const { ID = '', Who = '', Operation = '', Created = '' } = parsed(found.text) as Record<string, string>
    return { id: ID, who: Who, operation: Operation, created: Created, bucket, key }
  })
}

/** Whoever types it has the account's number from AWS, too. */
function show(key: string, region: string): string {
  const bucket = stateBucket('$(aws sts get-caller-identity --query Account --output text)', region)
  return `aws s3 cp "s3://${bucket}/${key}" - --region ${region}`
}

function parsed(text: string | undefined): object {
  try {
    return (JSON.parse(text ?? '{}') as object | null) ?? {}
  } catch {
    return {}
  }
}
