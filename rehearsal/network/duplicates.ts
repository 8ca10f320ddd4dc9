import { AwsError, type Handler } from '../gateway/call.ts'
import { fieldsOf, listOf, type Query, textOf } from './query.ts'

/** A rule as AuthorizeSecurityGroupIngress and its like spell it, in the wire's own names. */
export interface Permission {
  IpProtocol?: string
  FromPort?: number | string
  ToPort?: number | string
  IpRanges?: { CidrIp?: string }[]
  Ipv6Ranges?: { CidrIpv6?: string }[]
  Groups?: { GroupId?: string }[]
  PrefixListIds?: { PrefixListId?: string }[]
}

/** What makes a rule that rule, in EC2's words: protocol, ports and peer. Its description does not. */
export function identitiesOf(permissions: Permission[]): string[] {
  return permissions.flatMap(({ IpProtocol = '-1', FromPort, ToPort, ...permission }) => {
    const peers = [
      ...(permission.IpRanges ?? []).map((range) => range.CidrIp),
      ...(permission.Ipv6Ranges ?? []).map((range) => range.CidrIpv6),
      ...(permission.Groups ?? []).map((pair) => pair.GroupId),
      ...(permission.PrefixListIds ?? []).map((list) => list.PrefixListId),
    ]
    return peers.map((peer) => identity(peer ?? '', IpProtocol, FromPort, ToPort))
  })
}

function identity(peer: string, protocol: string, from: unknown, to: unknown): string {
  const what = protocol === '-1' ? 'ALL' : `${protocol.toUpperCase()}, from port: ${from}, to port: ${to}`
  return `peer: ${peer}, ${what}, ALLOW`
}

/** moto compares the descriptions of rules too, and would let the same rule in twice under two of them. */
export function refuseDuplicates(query: Query, direction: 'ingress' | 'egress'): Handler {
  async function existing(groupId: string): Promise<Set<string>> {
    const answer = await query('ec2', 'DescribeSecurityGroupRules', {
      Filter: [{ Name: 'group-id', Value: [groupId] }],
    })
    const own = listOf(answer.securityGroupRuleSet).filter(
      ({ isEgress }) => textOf(isEgress) === String(direction === 'egress'),
    )
    return new Set(
      own.map((rule) => {
        const { groupId: group } = fieldsOf(rule.referencedGroupInfo)
        const peer = [rule.cidrIpv4, rule.cidrIpv6, group, rule.prefixListId].map(textOf).find(Boolean) ?? ''
        return identity(peer, textOf(rule.ipProtocol), textOf(rule.fromPort), textOf(rule.toPort))
      }),
    )
  }

  return async (call) => {
    const wanted = identitiesOf((call.input.IpPermissions as Permission[] | undefined) ?? [])
    const groupId = String(call.input.GroupId ?? '')
    if (wanted.length === 0 || !groupId) return call.forward()
    const rules = await existing(groupId)
    const double = wanted.find((rule) => rules.has(rule))
    if (double === undefined) return call.forward()
    throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${double}" already exists`)
  }
}
