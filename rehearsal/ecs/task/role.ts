import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam'
import { lastPart } from '../ids.ts'
import { decide, type PolicyDocument, trusts } from '../judge/policy.ts'
import type { Moto } from '../moto.ts'
import { initialisationWords, notAuthorized } from '../words/reasons.ts'
import { StartFailure } from './failure.ts'

/** What the task's execution role may do, judged from its policies. */
export interface ExecutionRole {
  /** IAM's sentence when the role may not, undefined when it may. */
  refusal(action: string, resource: string): string | undefined
}

export async function executionRole(
  moto: Moto,
  roleArn: string | undefined,
  account: string,
  task: string,
): Promise<ExecutionRole> {
  if (!roleArn) return { refusal: (action, resource) => notAuthorized('the task', action, resource, false) }
  const name = lastPart(roleArn)
  const role = await roleOf(moto, name).catch(() => undefined)
  if (!role || !trusts(role.trust, 'ecs-tasks.amazonaws.com'))
    throw new StartFailure(initialisationWords.cannotAssume(roleArn))
  const { policies } = role
  const who = `arn:aws:sts::${account}:assumed-role/${name}/${task}`
  return {
    refusal(action, resource) {
      const decision = decide(policies, action, resource)
      if (decision === 'allowed') return undefined
      return notAuthorized(who, action, resource, decision === 'explicitly denied')
    },
  }
}

async function roleOf(moto: Moto, RoleName: string) {
  const [{ Role }, inline, attached] = await Promise.all([
    moto.iam.send(new GetRoleCommand({ RoleName })),
    moto.iam.send(new ListRolePoliciesCommand({ RoleName })),
    moto.iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  ])
  const own = (inline.PolicyNames ?? []).map(async (PolicyName) => {
    const { PolicyDocument } = await moto.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
    return document(PolicyDocument)
  })
  const managed = (attached.AttachedPolicies ?? []).map(async ({ PolicyArn }) => {
    const { Policy } = await moto.iam.send(new GetPolicyCommand({ PolicyArn: PolicyArn! }))
    const version = { PolicyArn: PolicyArn!, VersionId: Policy!.DefaultVersionId! }
    const { PolicyVersion } = await moto.iam.send(new GetPolicyVersionCommand(version))
    return document(PolicyVersion?.Document)
  })
  const policies = await Promise.all([...own, ...managed])
  return { trust: document(Role?.AssumeRolePolicyDocument), policies }
}

/** IAM's API gives documents URL-encoded. */
function document(encoded = '{}'): PolicyDocument {
  return JSON.parse(encoded.trimStart().startsWith('{') ? encoded : decodeURIComponent(encoded))
}
