import type { Aws } from '../aws/clients'
import { findDatabase, findReplicationGroup } from '../aws/database'
import { type Stack, stackOf } from '../aws/stack'
import type { Book, Step } from '../core'
import { word } from '../diagnosis/rule'
import { groupsWithNewRules, rulesThere, taintedIn, willBeThere } from '../terraform/left'
import type { PlanJson } from '../terraform/plan'
import type { Terraform } from '../terraform/terraform'

type Planned = { file: string; plan: PlanJson }

/** Takes up what exists although the plan would make it, or make it anew, and plans again where there was such a thing. */
export async function takeUp(
  book: Book,
  aws: Aws,
  options: {
    terraform: Terraform
    planned: Planned
    allowed: string[]
    again: (step: Step) => Promise<Planned>
  },
): Promise<Planned> {
  const { terraform, planned, allowed, again } = options
  const finished = await finishCreation(book, aws, terraform, taintedIn(planned.plan, allowed))
  const adopted = await adoptRules(book, aws, terraform, planned.plan)
  if (finished + adopted === 0) return planned
  if (!book.dryRun) return book.read('Plan again', again)
  book.warn('What follows is the plan as it was before the steps above; it is planned again after them')
  return planned
}

/** What Terraform was stopped at, and AWS went on with: waits for it, and lets Terraform have it as it is. */
export async function finishCreation(
  book: Book,
  aws: Aws,
  terraform: Terraform,
  tainted: string[],
): Promise<number> {
  const stack = stackOf(book.environment)
  let finished = 0
  for (const address of tainted) {
    const there = await book.read(`Look at ${address}`, () => lookAt(aws, stack, book.region, address))
    if (!willBeThere(there.status)) continue
    finished++
    await book.change({
      title: `Go on with ${address}`,
      effect: `${there.name} stays: a run was stopped while AWS created it, and it is ${there.status} now`,
      equivalent: [there.wait, `${terraform.typed} untaint ${word(address)}`],
      undo: `${terraform.typed} taint ${word(address)}`,
      run: async (step) => {
        step.waiting(`AWS creates ${there.name}`)
        await there.available(step)
        await terraform.untaint(address)
      },
    })
  }
  return finished
}

async function lookAt(aws: Aws, stack: Stack, region: string, address: string) {
  const longest = (step: Step) => ({ maxWaitTime: 3600, minDelay: 5, maxDelay: 15, abortSignal: step.signal })
  if (address.startsWith('aws_db_instance.')) {
    const name = stack.database
    return {
      name,
      status: (await findDatabase(aws, stack))?.DBInstanceStatus,
      wait: `aws rds wait db-instance-available --db-instance-identifier ${name} --region ${region}`,
      async available(step: Step) {
        const { waitUntilDBInstanceAvailable } = await import('@aws-sdk/client-rds')
        await waitUntilDBInstanceAvailable(
          { client: await aws.rds(), ...longest(step) },
          { DBInstanceIdentifier: name },
        )
      },
    }
  }
  const name = stack.replicationGroup
  return {
    name,
    status: (await findReplicationGroup(aws, stack))?.Status,
    wait: `aws elasticache wait replication-group-available --replication-group-id ${name} --region ${region}`,
    async available(step: Step) {
      const { waitUntilReplicationGroupAvailable } = await import('@aws-sdk/client-elasticache')
      await waitUntilReplicationGroupAvailable(
        { client: await aws.elasticache(), ...longest(step) },
        { ReplicationGroupId: name },
      )
    },
  }
}

/** Rules of security groups that somebody revoked and opened again: EC2 refuses to make them a second time. */
async function adoptRules(book: Book, aws: Aws, terraform: Terraform, plan: PlanJson): Promise<number> {
  const groups = groupsWithNewRules(plan)
  if (groups.length === 0) return 0
  const { there, known } = await book.read('Rules that are there already', async () => {
    const there = rulesThere(plan, await rulesOf(aws, groups))
    return { there, known: there.length > 0 ? await terraform.list() : [] }
  })
  for (const { address, id } of there) {
    // Until an apply, the state holds the rule that was revoked, and refuses another one at its address.
    const stale = known.includes(address)
    await book.change({
      title: `Adopt ${id}`,
      effect: `Terraform goes on with the rule that is there as ${address}`,
      equivalent: [
        ...(stale ? [`${terraform.typed} state rm ${word(address)}`] : []),
        `${terraform.typed} import ${word(address)} ${id}`,
      ],
      undo: `${terraform.typed} state rm ${word(address)}`,
      run: async () => {
        if (stale) await terraform.forget(address)
        await terraform.import(address, id)
      },
    })
  }
  return there.length
}

async function rulesOf(aws: Aws, groups: string[]) {
  const { paginateDescribeSecurityGroupRules } = await import('@aws-sdk/client-ec2')
  const pages = paginateDescribeSecurityGroupRules(
    { client: await aws.ec2() },
    { Filters: [{ Name: 'group-id', Values: groups }] },
  )
  const rules = []
  for await (const { SecurityGroupRules = [] } of pages) rules.push(...SecurityGroupRules)
  return rules
}
