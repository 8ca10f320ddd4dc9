import type { Aws } from '../../aws/clients'
import type { RevisionSeen, SecretSeen } from '../parts'
import type { Part } from '../snapshot'
import { lookAfter, type Place, unless } from './look'

const arnOf = (reference: string) => reference.split(':').slice(0, 7).join(':')

/** Whether the secrets that the revisions name are there, and which keys they have: names alone, no value. */
export function lookAtSecrets(
  { aws, stack, region }: Place,
  revisions: Promise<Part<RevisionSeen[]>>,
): Promise<Part<SecretSeen[]>> {
  return lookAfter(
    revisions,
    {
      what: 'the task definition',
      command: () => `aws secretsmanager describe-secret --secret-id ${stack.inputSecret} --region ${region}`,
    },
    (known) => {
      const references = known.flatMap(({ secrets }) => secrets.map(({ from }) => from))
      const arns = [...new Set(references.filter((one) => one.includes(':secretsmanager:')).map(arnOf))]
      return Promise.all(arns.slice(0, 6).map((arn) => secretSeen(aws, arn)))
    },
  )
}

async function secretSeen(aws: Aws, arn: string): Promise<SecretSeen> {
  const client = await aws.secrets()
  const found = await unless(/^ResourceNotFound/, client.describeSecret({ SecretId: arn }))
  const gone = { arn, exists: found !== undefined, markedForDeletion: found?.DeletedDate !== undefined }
  if (!found || gone.markedForDeletion) return { ...gone, keys: undefined }
  return { ...gone, keys: await keysOf(aws, arn) }
}

/** Who may not read it may still look at the rest. */
async function keysOf(aws: Aws, arn: string): Promise<string[] | undefined> {
  const client = await aws.secrets()
  try {
    const { SecretString = '' } = await client.getSecretValue({ SecretId: arn })
    return Object.keys(JSON.parse(SecretString) as object)
  } catch {
    return undefined
  }
}
