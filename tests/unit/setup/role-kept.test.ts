import { describe, expect, test } from 'bun:test'
import type { Step } from '../../../runbooks/core'
import { planKeepingRole } from '../../../runbooks/setup/role-kept'
import type { PlanJson } from '../../../runbooks/terraform/plan'
import type { Terraform } from '../../../runbooks/terraform/terraform'

const trusting = (...subjects: string[]) =>
  JSON.stringify({
    Statement: [{ Condition: { StringEquals: { 'token.actions.githubusercontent.com:sub': subjects } } }],
  })
const planOf = (actions: string[], policy?: string): PlanJson => ({
  resource_changes: [
    {
      address: 'aws_iam_role.deploy[0]',
      type: 'aws_iam_role',
      mode: 'managed',
      change: { actions, before: policy === undefined ? null : { assume_role_policy: policy } },
    },
  ],
})
const kept: PlanJson = { resource_changes: [] }

/** Terraform that plans `first` until it is told of a repository. */
function terraformThat(first: PlanJson) {
  const told: Record<string, string>[] = []
  const terraform = {
    plan: async () => ({ file: 'f', plan: told.length > 0 ? kept : first }),
    with(variables: Record<string, string>) {
      told.push(variables)
      return terraform
    },
  }
  return { terraform: terraform as unknown as Terraform, told }
}
const step: Step = { line: () => {}, waiting: () => {}, signal: new AbortController().signal }

describe('planKeepingRole', () => {
  test.each([
    [
      'of one repository',
      trusting('repo:my-org/tria:environment:staging', 'repo:my-org/tria:environment:production'),
    ],
    [
      'also told by its numbers',
      trusting('repo:my-org@12/tria@34:environment:staging', 'repo:my-org/tria:environment:staging'),
    ],
  ])('a role that would be deleted is planned again with its repository: %s', async (_what, policy) => {
    const { terraform, told } = terraformThat(planOf(['delete'], policy))
    const { plan } = await planKeepingRole(terraform, step)
    expect([told, plan]).toEqual([[{ github_repository: 'my-org/tria' }], kept])
  })

  test.each([[['create']], [['no-op']], [['update']]])('%j: the plan is left as it is', async (actions) => {
    const first = planOf(actions)
    const { terraform, told } = terraformThat(first)
    expect([(await planKeepingRole(terraform, step)).plan, told]).toEqual([first, []])
  })

  test('a role that trusts something else is not deleted without a word either', async () => {
    const { terraform } = terraformThat(planOf(['delete'], trusting('repo:*')))
    await expect(planKeepingRole(terraform, step)).rejects.toMatchObject({
      next: expect.stringContaining('--github'),
    })
  })
})
