import { printable } from '../core/output/printable'
import { explains } from './explains'
import type { Mend } from './mend'
import { hypotheses, type Possible, possibleBeside } from './possible'
import type { Evidence, Found, Rule } from './rule'
import { rules as allRules } from './rules'
import { isSeen, type PartName, type Snapshot } from './snapshot'

export interface Finding {
  id: string
  family: string
  title: string
  section: string
  cause: string
  confidence: Found['confidence']
  evidence: Evidence[]
  fix: { command: string }
  /** What `--fix` would do; absent where a person has to decide. */
  mend?: Mend
  /** What it explains. */
  consequences: Finding[]
}

export interface RuledOut {
  id: string
  text: string
  by: Evidence
}

/** What could not be looked at, and which causes might hide there. */
export interface Blind {
  part: string
  reason: string
  command: string
  permission?: string
  hides: string[]
}

export interface Diagnosis {
  /** Root causes, the first the most certain; where nothing is proven, at most three that are likely. */
  findings: Finding[]
  /** Where nothing is proven: what might be there instead, and could not be looked at. */
  possible: Possible[]
  ruledOut: RuledOut[]
  gaps: Blind[]
}

export function diagnose(snapshot: Snapshot, rules: Rule[] = allRules): Diagnosis {
  const found: Finding[] = []
  const ruledOut: RuledOut[] = []
  const broken: Blind[] = []
  for (const rule of rules) {
    try {
      const verdict = rule.look(snapshot)
      if (!verdict) continue
      if ('ruledOut' in verdict) ruledOut.push({ id: rule.id, text: verdict.ruledOut, by: verdict.by })
      else found.push(findingOf(rule, verdict))
    } catch (error) {
      // A snapshot of another version, or one that was cut: the other rules still hold.
      const reason = `the snapshot is incomplete (${(error as Error).message})`
      broken.push({ part: rule.needs.join(', '), reason, command: '', hides: [rule.id] })
    }
  }
  const judged = { findings: arranged(found), ruledOut, gaps: [...gapsOf(snapshot, rules), ...broken] }
  return { ...judged, possible: possibleBeside(judged, rules) }
}

function findingOf(
  { id, family, title, section }: Rule,
  { cause, confidence, evidence, fix, mend }: Found,
): Finding {
  return {
    id,
    family,
    title,
    section,
    cause,
    confidence,
    evidence,
    fix: { command: fix },
    ...(mend && { mend }),
    consequences: [],
  }
}

/** Proven before likely, causes before symptoms; each consequence goes under the first cause that explains it. */
function arranged(found: Finding[]): Finding[] {
  const rank = ({ confidence, family }: Finding) =>
    confidence === 'proven' ? 0 : family === 'symptoms' ? 2 : 1
  const ordered = found.toSorted((a, b) => rank(a) - rank(b))
  const roots: Finding[] = []
  for (const finding of ordered) {
    const root = ordered.find((other) => other !== finding && explains[other.id]?.includes(finding.id))
    if (!root) roots.push(finding)
    else top(ordered, root).consequences.push(finding)
  }
  const proven = roots.some(({ confidence }) => confidence === 'proven')
  return proven ? roots : roots.slice(0, hypotheses)
}

/** The cause at the end of the chain that nothing explains. */
function top(found: Finding[], finding: Finding): Finding {
  const seen = new Set<Finding>()
  for (let at = finding; ; ) {
    seen.add(at)
    const above = found.find((other) => !seen.has(other) && explains[other.id]?.includes(at.id))
    if (!above) return at
    at = above
  }
}

function gapsOf(snapshot: Snapshot, rules: Rule[]): Blind[] {
  const hides = (part: PartName) => rules.filter(({ needs }) => needs.includes(part)).map(({ id }) => id)
  const parts = [...new Set(rules.flatMap(({ needs }) => needs))]
  const gaps = parts.flatMap((name): Blind[] => {
    const part = snapshot.parts[name]
    if (isSeen(part))
      return part.partly
        ? [{ part: name, reason: part.partly, command: part.command, hides: hides(name) }]
        : []
    const { reason, command, permission } = part ?? { reason: 'it was not collected', command: '' }
    return [{ part: name, reason, command, ...(permission && { permission }), hides: hides(name) }]
  })
  return [...gaps, ...unread(snapshot), ...unreadRoles(snapshot)]
}

/** A role whose policies may not be read by who looks. */
function unreadRoles(snapshot: Snapshot): Blind[] {
  const part = snapshot.parts.roles
  if (!isSeen(part) || !Array.isArray(part.value)) return []
  return part.value.flatMap(({ arn, unread }): Blind[] => {
    if (!unread) return []
    const permission = unread.match(/perform:?\s+([\w-]+:\w+)/)?.[1]
    const reason = `what the policies of ${arn.split('/').at(-1)} say could not be read (${printable(unread)})`
    const hides = ['role-lacks-permission']
    return [{ part: 'roles', reason, command: part.command, ...(permission && { permission }), hides }]
  })
}

/** A secret that is there, but may not be opened by who looks. */
function unread(snapshot: Snapshot): Blind[] {
  const part = snapshot.parts.secrets
  if (!isSeen(part) || !Array.isArray(part.value)) return []
  const shut = part.value.filter(
    ({ exists, markedForDeletion, keys }) => exists && !markedForDeletion && !keys,
  )
  if (shut.length === 0) return []
  return [
    {
      part: 'secrets',
      reason: `the keys inside ${shut.map(({ arn }) => arn.split(':').at(-1)).join(', ')} could not be read`,
      command: part.command,
      permission: 'secretsmanager:GetSecretValue',
      hides: ['secret-key-missing'],
    },
  ]
}
