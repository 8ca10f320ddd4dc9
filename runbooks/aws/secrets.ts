import type { Aws } from './clients'
import { project, type Stack } from './stack'

/** Who wrote the secret: Terraform makes one of the same name itself where setup was never run. */
const ownTag = { Key: 'ManagedBy', Value: 'setup' }

/** The environment's secret of inputs, its JSON undone. */
export type Stored = { arn: string; inputs: Record<string, string> }

/** The secret that setup wrote, for Terraform's `secrets_arn`; not one that Terraform made. */
export async function inputSecret(
  aws: Aws,
  stack: Stack,
): Promise<{ arn: string; scheduledForDeletion: boolean } | undefined> {
  const client = await aws.secrets()
  try {
    const { ARN, DeletedDate, Tags = [] } = await client.describeSecret({ SecretId: stack.inputSecret })
    const own = Tags.some(({ Key, Value }) => Key === ownTag.Key && Value === ownTag.Value)
    return own && ARN ? { arn: ARN, scheduledForDeletion: DeletedDate !== undefined } : undefined
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/** Its ARN, while it can be read. */
export async function inputSecretArn(aws: Aws, stack: Stack): Promise<string | undefined> {
  const secret = await inputSecret(aws, stack)
  return secret?.scheduledForDeletion ? undefined : secret?.arn
}

export async function findInputs(aws: Aws, stack: Stack): Promise<Stored | undefined> {
  const client = await aws.secrets()
  try {
    const { ARN, SecretString } = await client.getSecretValue({ SecretId: stack.inputSecret })
    return { arn: ARN!, inputs: JSON.parse(SecretString ?? '{}') as Record<string, string> }
  } catch (error) {
    const { name, message } = error as Error
    if (name === 'ResourceNotFoundException') return undefined
    // A secret in its recovery window keeps its name taken: it is brought back rather than made anew.
    if (name === 'InvalidRequestException' && /marked for deletion|scheduled for deletion/.test(message)) {
      await client.restoreSecret({ SecretId: stack.inputSecret })
      return findInputs(aws, stack)
    }
    throw error
  }
}

/**
 * Why a task could not read a secret that its definition names by `ARN[:json key[:stage[:version]]]`; undefined where it
 * could. The value is looked into for the key, and goes no further.
 */
export async function secretProblem(aws: Aws, reference: string): Promise<string | undefined> {
  const parts = reference.split(':')
  const [key, stage, version] = parts.slice(7)
  const client = await aws.secrets()
  try {
    const { SecretString } = await client.getSecretValue({
      SecretId: parts.slice(0, 7).join(':'),
      ...(stage ? { VersionStage: stage } : {}),
      ...(version ? { VersionId: version } : {}),
    })
    return key && !hasKey(SecretString, key) ? `it has no key ${key}` : undefined
  } catch (error) {
    const { name, message } = error as Error
    if (name === 'ResourceNotFoundException' || name === 'InvalidRequestException') return message
    throw error
  }
}

function hasKey(text: string | undefined, key: string): boolean {
  try {
    return Object.hasOwn(JSON.parse(text ?? '') as object, key)
  } catch {
    return false
  }
}

/** Writes the inputs into the secret, made if it is not there; returns its ARN. */
export async function storeInputs(aws: Aws, stack: Stack, inputs: Record<string, string>, exists: boolean) {
  const client = await aws.secrets()
  const SecretString = JSON.stringify(inputs)
  if (exists) {
    const { ARN } = await client.putSecretValue({ SecretId: stack.inputSecret, SecretString })
    return ARN!
  }
  const { ARN } = await client.createSecret({
    Name: stack.inputSecret,
    Description: `Passwords and keys of ${stack.prefix}, written by setup`,
    SecretString,
    Tags: [ownTag, { Key: 'Project', Value: project }, { Key: 'Environment', Value: stack.environment }],
  })
  return ARN!
}

/** Deletes the secret that setup wrote; `days` of recovery, or at once for 0. */
export async function deleteInputs(aws: Aws, stack: Stack, days: number): Promise<void> {
  const client = await aws.secrets()
  await client.deleteSecret({
    SecretId: stack.inputSecret,
    ...(days > 0 ? { RecoveryWindowInDays: days } : { ForceDeleteWithoutRecovery: true }),
  })
}
