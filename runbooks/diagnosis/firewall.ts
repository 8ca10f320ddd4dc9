import type { GroupSeen, RuleSeen } from './parts-network'

/** Who has to let whom through, by groups; `blocks` are the addresses that both sides may have. */
interface Way {
  callers: string[]
  called: string[]
  port: number
  blocks: string[] | undefined
}

export interface Closed {
  side: 'ingress' | 'egress'
  /** The group that lacks the rule, and the one that the rule would name. */
  own: string
  peer: string
  /** What the rule is to bear. */
  tags: Record<string, string>
  why: string
  /** What the group has instead. */
  shown: string
}

/** Whether TCP passes both sides: undefined where it does, `unknown` where a group is not among those that were seen. */
export function closedBetween(groups: GroupSeen[], way: Way): Closed | undefined | 'unknown' {
  const find = (ids: string[]) => groups.filter(({ id }) => ids.includes(id))
  const [callers, called] = [find(way.callers), find(way.called)]
  if (callers.length < way.callers.length || called.length < way.called.length) return 'unknown'
  if (
    !passes(
      callers.flatMap(({ egress }) => egress ?? []),
      way.called,
      way,
    )
  )
    return closed('egress', callers[0]!, called[0]!, way)
  if (
    !passes(
      called.flatMap(({ ingress }) => ingress ?? []),
      way.callers,
      way,
    )
  )
    return closed('ingress', called[0]!, callers[0]!, way)
  return undefined
}

function passes(rules: RuleSeen[], peers: string[], { port, blocks = [] }: Way): boolean {
  return rules.some(
    (rule) =>
      coversPort(rule, port) &&
      (rule.groups?.some((id) => peers.includes(id)) ||
        rule.blocks?.some((block) => block === '0.0.0.0/0' || blocks.some((own) => overlaps(block, own))) ||
        // What a prefix list holds was not looked at: it may let them through.
        rule.lists?.length > 0),
  )
}

/** Whether a group lets anybody at all in on a port. */
export const letsIn = ({ ingress = [] }: GroupSeen, port: number): boolean =>
  ingress.some(
    (rule) =>
      coversPort(rule, port) && [rule.groups, rule.blocks, rule.lists].some((peers) => peers?.length > 0),
  )

function coversPort({ protocol, from, to }: RuleSeen, port: number): boolean {
  if (protocol === '-1') return true
  return (protocol === 'tcp' || protocol === '6') && port >= from && port <= to
}

/** Whether two blocks of addresses have some in common; one that is no block has none. */
function overlaps(one: string, other: string): boolean {
  const [a, b] = [blockOf(one), blockOf(other)]
  if (!a || !b) return false
  const size = 2 ** (32 - Math.min(a.bits, b.bits))
  return Math.floor(a.first / size) === Math.floor(b.first / size)
}

function blockOf(text: string): { first: number; bits: number } | undefined {
  const found = text.match(/^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/)
  if (!found) return undefined
  const [a, b, c, d, bits] = found.slice(1).map(Number) as [number, number, number, number, number]
  return { first: ((a * 256 + b) * 256 + c) * 256 + d, bits }
}

function closed(side: Closed['side'], own: GroupSeen, peer: GroupSeen, { port }: Way): Closed {
  const way = side === 'ingress' ? `in from ${peer.name}` : `out to ${peer.name}`
  return {
    side,
    own: own.id,
    peer: peer.id,
    tags: own.tags ?? {},
    why: `The security group ${own.name} lets nothing ${way} on port ${port}`,
    shown: shownSide(side, own),
  }
}

/** All that a group lets through on one side. */
export function shownSide(side: Closed['side'], own: GroupSeen): string {
  const rules = own[side] ?? []
  const has = rules.length > 0 ? `only ${rules.map(shownRule).join('; ')}` : 'none'
  return `${side} rules of ${own.id} (${own.name}): ${has}`
}

function shownRule({ protocol, from, to, groups, blocks, lists }: RuleSeen): string {
  const ports = protocol === '-1' ? 'everything' : `${protocol} ${from === to ? from : `${from}-${to}`}`
  return `${ports} with ${[...groups, ...blocks, ...lists].join(', ') || 'nobody'}`
}
