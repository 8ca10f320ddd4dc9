import type { IAM } from '@aws-sdk/client-iam'
import type { Aws } from '../../aws/clients'
import type { RevisionSeen, RoleSeen } from '../parts'
import type { Statement } from '../permits'
import type { Part } from '../snapshot'
import { lookAfter, type Place, unless } from './look'

/** So many policies of a role are read. */
const most = 6

/** Whether the roles that a task needs are there, who may take them on, and what their policies say. */
export function lookAtRoles(
  { aws, stack }: Place,
  revisions: Promise<Part<RevisionSeen[]>>,
): Promise<Part<RoleSeen[]>> {
  return lookAfter(
    revisions,
    { what: 'the task definition', command: () => `aws iam get-role --role-name ${stack.prefix}-execution` },
    (known) => {
      const execution = known.map((one) => one.executionRole)
      const arns = [...execution, ...known.map((one) => one.taskRole)]
      const wanted = [...new Set(arns.filter((arn) => arn !== undefined))].slice(0, 4)
      // What a start needs is the execution role's: of the other, it matters that it is there.
      return Promise.all(wanted.map((arn) => roleSeen(aws, arn, execution.includes(arn))))
    },
  )
}

async function roleSeen(aws: Aws, arn: string, starts: boolean): Promise<RoleSeen> {
  const iam = await aws.iam()
  const RoleName = arn.split('/').at(-1)!
  const read = starts ? statementsOf(iam, RoleName) : undefined
  const [found, { statements, unread }] = await Promise.all([
    unless(/^NoSuchEntity/, iam.getRole({ RoleName })),
    Promise.resolve(read).then(
      (statements) => ({ statements, unread: undefined }),
      (error: Error) => ({ statements: undefined, unread: error.message }),
    ),
  ])
  return {
    arn,
    exists: found !== undefined,
    trusts: trustsIn(found?.Role?.AssumeRolePolicyDocument),
    statements: found && statements,
    ...(found && unread && { unread }),
  }
}

async function statementsOf(iam: IAM, RoleName: string): Promise<Statement[] | undefined> {
  const [inline, attached] = await Promise.all([
    iam.listRolePolicies({ RoleName }),
    iam.listAttachedRolePolicies({ RoleName }),
  ])
  const names = inline.PolicyNames ?? []
  const managed = attached.AttachedPolicies ?? []
  if (names.length + managed.length > most) throw new Error(`it has more than ${most} policies`)
  const documents = await Promise.all([
    ...names.map(async (PolicyName) => (await iam.getRolePolicy({ RoleName, PolicyName })).PolicyDocument),
    ...managed.map(async ({ PolicyArn }) => {
      const { Policy } = await iam.getPolicy({ PolicyArn })
      const version = await iam.getPolicyVersion({ PolicyArn, VersionId: Policy?.DefaultVersionId })
      return version.PolicyVersion?.Document
    }),
  ])
  return documents.flatMap((document) => [documentOf(document).Statement ?? []].flat() as Statement[])
}

function trustsIn(encoded: string | undefined): string[] {
  const statements = [documentOf(encoded).Statement ?? []].flat() as Trust[]
  return statements.flatMap(({ Effect, Principal }) =>
    Effect === 'Allow' ? [Principal?.Service ?? []].flat() : [],
  )
}

/** IAM gives the document URL-encoded. */
function documentOf(encoded = '{}'): { Statement?: unknown } {
  const text = encoded.trimStart().startsWith('{') ? encoded : decodeURIComponent(encoded)
  return JSON.parse(text) as { Statement?: unknown }
}

interface Trust {
  Effect?: string
  Principal?: { Service?: string | string[] }
}
