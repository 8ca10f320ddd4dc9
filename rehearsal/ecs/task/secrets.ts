import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import type { Moto } from '../moto.ts'
import { initialisationWords } from '../words/reasons.ts'
import { StartFailure } from './failure.ts'
import type { ExecutionRole } from './role.ts'

/** `arn:json-key:version-stage:version-id`; only the ARN must be there. */
export function parseSecretReference(valueFrom: string) {
  const parts = valueFrom.split(':')
  const [jsonKey, versionStage, versionId] = parts.slice(7)
  return {
    arn: parts.slice(0, 7).join(':'),
    jsonKey: jsonKey || undefined,
    versionStage: versionStage || undefined,
    versionId: versionId || undefined,
  }
}

/** The container's secrets, read as the execution role would, at this moment: a later change needs a new task. */
export async function readSecrets(
  moto: Moto,
  definition: ContainerDefinition,
  role: ExecutionRole,
): Promise<Record<string, string>> {
  const read = (definition.secrets ?? []).map(
    async (it) => [it.name!, await readSecret(moto, it.valueFrom!, role)] as const,
  )
  return Object.fromEntries(await Promise.all(read))
}

/** moto has other words for it. */
const markedForDeletion = "You can't perform this operation on the secret because it was marked for deletion."

async function readSecret(moto: Moto, valueFrom: string, role: ExecutionRole): Promise<string> {
  const { arn, jsonKey, versionStage, versionId } = parseSecretReference(valueFrom)
  const refusal = role.refusal('secretsmanager:GetSecretValue', arn)
  if (refusal)
    throw new StartFailure(initialisationWords.secretRefused(arn, 'AccessDeniedException', refusal))
  const value = await moto.secrets
    .send(new GetSecretValueCommand({ SecretId: arn, VersionStage: versionStage, VersionId: versionId }))
    .catch((error: Error) => {
      const words = error.name === 'InvalidRequestException' ? markedForDeletion : error.message
      throw new StartFailure(initialisationWords.secretRefused(arn, error.name, words))
    })
  const text = value.SecretString ?? ''
  if (!jsonKey) return text
  const found = parsed(text, arn)[jsonKey]
  if (found === undefined) throw new StartFailure(initialisationWords.noJsonKey(jsonKey))
  return typeof found === 'string' ? found : JSON.stringify(found)
}

function parsed(text: string, arn: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (value && typeof value === 'object') return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new StartFailure(initialisationWords.notJson(arn))
}
