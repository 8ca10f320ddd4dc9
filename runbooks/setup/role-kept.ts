import { Refused, type Step } from '../core'
import type { PlanJson } from '../terraform/plan'
import type { Terraform } from '../terraform/terraform'
import { checkRepository } from './github-api'

const role = 'aws_iam_role.deploy[0]'

/**
 * Plans the bootstrap. Setup of another environment, or of another machine, is not told of the repository that deploys:
 * the role that it has is kept all the same.
 */
export async function planKeepingRole(terraform: Terraform, step: Step) {
  const first = await terraform.plan('bootstrap', step)
  if (!losesRole(first.plan)) return { ...first, terraform }
  const repository = repositoryOf(first.plan)
  if (!repository) {
    throw new Refused('Plan the bootstrap: it would delete the role that a pipeline deploys with', {
      next: 'name its repository: bun runbooks/setup.ts --github ORG/REPO',
    })
  }
  step.line(`The deploy role of ${repository} stays`)
  const keeping = terraform.with({ github_repository: repository })
  return { ...(await keeping.plan('bootstrap', step)), terraform: keeping }
}

const changeOf = (plan: PlanJson) => plan.resource_changes?.find(({ address }) => address === role)?.change

const losesRole = (plan: PlanJson): boolean => changeOf(plan)?.actions.join() === 'delete'

/** Whom the role trusts that the plan would delete: `repo:ORG/REPO:environment:staging` is in its policy. */
export function repositoryOf(plan: PlanJson): string | undefined {
  const { assume_role_policy: policy } = (changeOf(plan)?.before ?? {}) as { assume_role_policy?: unknown }
  const found = /"repo:([\w.-]+\/[\w.-]+):environment:/.exec(String(policy ?? ''))?.[1]
  return found !== undefined && checkRepository(found) === undefined ? found : undefined
}
