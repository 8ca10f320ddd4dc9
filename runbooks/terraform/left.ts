import type { SecurityGroupRule } from '@aws-sdk/client-ec2'
import type { PlanJson, ResourceChange } from './plan'
import type { State } from './state'

/** What AWS goes on to create when Terraform is stopped meanwhile; Terraform takes it for half-made and taints it. */
const completedByAws = new Set(['aws_db_instance', 'aws_elasticache_replication_group'])

/**
 * Addresses that a plan would replace only because a run was stopped. What somebody named for replacement stays so,
 * unless AWS would refuse that anyhow.
 */
export function taintedIn({ resource_changes = [] }: PlanJson, allowed: string[]): string[] {
  return resource_changes
    .filter(
      ({ type, action_reason: reason }) => completedByAws.has(type) && reason === 'replace_because_tainted',
    )
    .filter(
      ({ address, change }) => !allowed.includes(address) || change.before?.deletion_protection === true,
    )
    .map(({ address }) => address)
}

/** The same of a state. */
export const taintedInState = (state: State | undefined): string[] =>
  (state?.resources ?? [])
    .filter(
      ({ mode, type, instances }) =>
        mode === 'managed' && completedByAws.has(type) && instances?.[0]?.status === 'tainted',
    )
    .map(({ type, name }) => `${type}.${name}`)

/** Whether what is in that status is there, or will be without anybody's help. */
export const willBeThere = (status: string | undefined): boolean =>
  status !== undefined && !/fail|incompatible|delet|inaccessible|restore-error/.test(status)

const egressOf: Record<string, boolean> = {
  aws_vpc_security_group_ingress_rule: false,
  aws_vpc_security_group_egress_rule: true,
}

/** The security groups in which a plan makes rules, as far as they exist. */
export const groupsWithNewRules = (plan: PlanJson): string[] => [
  ...new Set(newRules(plan).map(({ change }) => String(change.after?.security_group_id))),
]

const newRules = ({ resource_changes = [] }: PlanJson): ResourceChange[] =>
  resource_changes.filter(
    ({ type, change }) =>
      type in egressOf &&
      change.actions.join() === 'create' &&
      typeof change.after?.security_group_id === 'string',
  )

/** Rules that a plan would make although they are there: someone opened again what Terraform had lost. */
export function rulesThere(plan: PlanJson, rules: SecurityGroupRule[]): { address: string; id: string }[] {
  // One that stands at another address must not be held twice: what removes it there would remove it here.
  const held = new Set(
    (plan.resource_changes ?? []).map(({ change }) => change.before?.security_group_rule_id),
  )
  const free = rules.filter(({ SecurityGroupRuleId: id }) => id && !held.has(id))
  return newRules(plan).flatMap(({ address, type, change }) => {
    const same = free.find((rule) => isSame(change.after ?? {}, egressOf[type]!, rule))
    return same ? [{ address, id: same.SecurityGroupRuleId! }] : []
  })
}

function isSame(wanted: Record<string, unknown>, egress: boolean, rule: SecurityGroupRule): boolean {
  const pairs: [unknown, string | undefined][] = [
    [wanted.cidr_ipv4, rule.CidrIpv4],
    [wanted.cidr_ipv6, rule.CidrIpv6],
    [wanted.prefix_list_id, rule.PrefixListId],
    [wanted.referenced_security_group_id, rule.ReferencedGroupInfo?.GroupId],
  ]
  return (
    rule.GroupId === wanted.security_group_id &&
    rule.IsEgress === egress &&
    rule.IpProtocol === wanted.ip_protocol &&
    (rule.FromPort ?? -1) === (wanted.from_port ?? -1) &&
    (rule.ToPort ?? -1) === (wanted.to_port ?? -1) &&
    // One that is not known yet is the same as none.
    pairs.some(([one]) => typeof one === 'string') &&
    pairs.every(([one, other]) => (one ?? undefined) === (other || undefined))
  )
}
