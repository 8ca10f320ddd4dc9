import type { Aws } from '../../aws/clients'
import type { RevisionSeen, RoleSeen, SecretSeen } from '../parts'
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

/** Whether the roles that a task needs are there, and who may take them on. */
export function lookAtRoles(
  { aws, stack }: Place,
  revisions: Promise<Part<RevisionSeen[]>>,
): Promise<Part<RoleSeen[]>> {
  return lookAfter(
    revisions,
    { what: 'the task definition', command: () => `aws iam get-role --role-name ${stack.prefix}-execution` },
    (known) => {
      const arns = known.flatMap(({ executionRole, taskRole }) => [executionRole, taskRole])
      const wanted = [...new Set(arns.filter((arn) => arn !== undefined))].slice(0, 4)
      return Promise.all(wanted.map((arn) => roleSeen(aws, arn)))
    },
  )
}

async function roleSeen(aws: Aws, arn: string): Promise<RoleSeen> {
  const iam = await aws.iam()
  const found = await unless(/^NoSuchEntity/, iam.getRole({ RoleName: arn.split('/').at(-1)! }))
  return { arn, exists: found !== undefined, trusts: trustsIn(found?.Role?.AssumeRolePolicyDocument) }
}

/** IAM gives the document URL-encoded. */
function trustsIn(encoded = '{}'): string[] {
  const text = encoded.trimStart().startsWith('{') ? encoded : decodeURIComponent(encoded)
  const { Statement = [] } = JSON.parse(text) as { Statement?: Trust | Trust[] }
  return [Statement]
    .flat()
    .flatMap(({ Effect, Principal }) => (Effect === 'Allow' ? [Principal?.Service ?? []].flat() : []))
}

interface Trust {
  Effect?: string
  Principal?: { Service?: string | string[] }
}
