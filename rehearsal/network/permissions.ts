import { AwsError, type Call, type Handler } from '../gateway/call.ts'
import { fieldsOf, listOf, type Query, textOf } from './query.ts'

/** A rule as callers of (Authorize|Revoke)SecurityGroup(Ingress|Egress) spell it. */
export interface Permission {
  IpProtocol?: string
  FromPort?: number | string
  ToPort?: number | string
  IpRanges?: { CidrIp?: string }[]
  Ipv6Ranges?: { CidrIpv6?: string }[]
  /** `UserIdGroupPairs` of the service model: EC2's calls have their members' names of the wire. */
  Groups?: { GroupId?: string }[]
  PrefixListIds?: { PrefixListId?: string }[]
}

/** What makes a rule that rule: protocol, ports and peer. Its description does not. */
export function identitiesOf(permissions: Permission[]): string[] {
  return permissions.flatMap((permission) => {
    const { IpProtocol = '-1', FromPort, ToPort } = permission
    const peers = [
      ...(permission.IpRanges ?? []).map((range) => range.CidrIp),
      ...(permission.Ipv6Ranges ?? []).map((range) => range.CidrIpv6),
      ...(permission.Groups ?? []).map((pair) => pair.GroupId),
      ...(permission.PrefixListIds ?? []).map((list) => list.PrefixListId),
    ]
    return peers.map((peer) => identity(IpProtocol, FromPort, ToPort, peer ?? ''))
  })
}

function identity(protocol: string, from: unknown, to: unknown, peer: string): string {
  return protocol === '-1' ? `all ${peer}` : `${protocol} ${from}-${to} ${peer}`
}

function inWords(rule: string): string {
  const [what = '', ports = '', peer = ports] = rule.split(' ')
  const [from, to] = ports.split('-')
  const range = what === 'all' ? 'ALL' : `${what.toUpperCase()}, from port: ${from}, to port: ${to}`
  return `peer: ${peer}, ${range}, ALLOW`
}

/**
 * moto compares the descriptions of rules too: it would not find, to revoke it by protocol, port and peer, a
 * rule that has one, and would let the same rule in twice.
 */
export function permissionHandlers(query: Query): Record<string, Handler> {
  async function existing(groupId: string, egress: boolean): Promise<Map<string, string>> {
    const answer = await query('ec2', 'DescribeSecurityGroupRules', {
      Filter: [{ Name: 'group-id', Value: [groupId] }],
    })
    const own = listOf(answer.securityGroupRuleSet).filter((rule) => textOf(rule.isEgress) === String(egress))
    return new Map(
      own.map((rule) => {
        const { groupId: peerGroup } = fieldsOf(rule.referencedGroupInfo)
        const peer = [rule.cidrIpv4, rule.cidrIpv6, peerGroup, rule.prefixListId].map(textOf).find(Boolean)
        const { ipProtocol, fromPort, toPort } = rule
        const key = identity(textOf(ipProtocol), textOf(fromPort), textOf(toPort), peer ?? '')
        return [key, textOf(rule.securityGroupRuleId)]
      }),
    )
  }

  const wantedBy = (call: Call) => identitiesOf((call.input.IpPermissions as Permission[] | undefined) ?? [])

  const revoke =
    (egress: boolean): Handler =>
    async (call) => {
      const wanted = wantedBy(call)
      const groupId = String(call.input.GroupId ?? '')
      if (wanted.length === 0 || !groupId) return call.forward()
      const rules = await existing(groupId, egress)
      const ids = wanted.map((key) => rules.get(key))
      if (ids.includes(undefined)) return call.forward()
      await query('ec2', call.action, { GroupId: groupId, SecurityGroupRuleId: ids })
      return { Return: true, UnknownIpPermissions: [] }
    }

  const authorize =
    (egress: boolean): Handler =>
    async (call) => {
      const wanted = wantedBy(call)
      const groupId = String(call.input.GroupId ?? '')
      const rules = wanted.length > 0 && groupId ? await existing(groupId, egress) : new Map()
      const double = wanted.find((key) => rules.has(key))
      if (double === undefined) return call.forward()
      throw new AwsError(
        'InvalidPermission.Duplicate',
        `the specified rule "${inWords(double)}" already exists`,
      )
    }

  return {
    RevokeSecurityGroupIngress: revoke(false),
    RevokeSecurityGroupEgress: revoke(true),
    AuthorizeSecurityGroupIngress: authorize(false),
    AuthorizeSecurityGroupEgress: authorize(true),
  }
}
