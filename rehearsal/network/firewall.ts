import { contains } from './addresses.ts'

/** One line of a security group; its peer is a block, another group or a prefix list. */
export interface Rule {
  groupId: string
  direction: 'ingress' | 'egress'
  /** `tcp`, `udp`, a number, or `-1` for all. */
  protocol: string
  from: number
  to: number
  cidr?: string
  peerGroup?: string
  prefixList?: string
}

/** One end of a connection. An address outside the VPC has no groups. */
export interface Party {
  ip: string
  groups: string[]
}

export type Verdict = { open: true } | { open: false; why: string }

export interface Rules {
  rules: Rule[]
  /** Blocks of the prefix lists that the rules name. */
  prefixLists: Record<string, string[]>
}

/** Whether TCP from one party to another passes both ends, as the security groups stand. */
export function judge({ rules, prefixLists }: Rules, from: Party, to: Party, port: number): Verdict {
  const passes = (own: Party, direction: Rule['direction'], peer: Party) =>
    own.groups.length === 0 ||
    rules.some(
      (rule) =>
        rule.direction === direction &&
        own.groups.includes(rule.groupId) &&
        coversPort(rule, port) &&
        namesPeer(rule, peer, prefixLists),
    )
  if (!passes(from, 'egress', to)) {
    return {
      open: false,
      why: `no egress rule of ${from.groups.join(', ')} lets TCP ${port} out to ${nameOf(to)}`,
    }
  }
  if (!passes(to, 'ingress', from)) {
    return {
      open: false,
      why: `no ingress rule of ${to.groups.join(', ')} lets TCP ${port} in from ${nameOf(from)}`,
    }
  }
  return { open: true }
}

function coversPort(rule: Rule, port: number): boolean {
  if (rule.protocol === '-1') return true
  return (rule.protocol === 'tcp' || rule.protocol === '6') && port >= rule.from && port <= rule.to
}

function namesPeer(rule: Rule, peer: Party, prefixLists: Record<string, string[]>): boolean {
  if (rule.cidr) return contains(rule.cidr, peer.ip)
  if (rule.peerGroup) return peer.groups.includes(rule.peerGroup)
  return (prefixLists[rule.prefixList ?? ''] ?? []).some((cidr) => contains(cidr, peer.ip))
}

function nameOf(party: Party): string {
  return party.groups.length > 0 ? `${party.ip} (${party.groups.join(', ')})` : party.ip
}
