import { printable } from '../../core/output/printable'
import type { Verdict } from '../check'

/** An entry of what `bun audit --json` prints: by package, its advisories. */
interface Advisory {
  id?: number
  url?: string
  title?: string
  severity?: string
  vulnerable_versions?: string
}

const ranks = ['critical', 'high', 'moderate', 'low', 'info']

/** Judges what `bun audit --json` printed; throws where that is no report. */
export function judgeDependencies(printed: string): Verdict {
  const start = printed.indexOf('{')
  let report: unknown
  try {
    report = JSON.parse(printed.slice(Math.max(0, start)))
  } catch {
    throw new Error(
      `bun audit gave no report: ${printable(printed.trim().split('\n').at(-1) ?? '', 200) || 'nothing was printed'}`,
    )
  }
  if (typeof report !== 'object' || report === null || Array.isArray(report))
    throw new Error('bun audit gave no report')
  const known = Object.entries(report as Record<string, Advisory[]>).flatMap(([name, advisories]) =>
    [advisories].flat().map((advisory) => ({ name, ...advisory })),
  )
  const sorted = known.sort((a, b) => ranks.indexOf(a.severity ?? '') - ranks.indexOf(b.severity ?? ''))
  return {
    evidence: sorted.length === 0 ? 'no known vulnerability' : `${sorted.length} known vulnerabilities`,
    findings: sorted.map(
      ({ name, severity = '', title = '', url = '', vulnerable_versions: versions = '' }) => ({
        text: printable(`${name} ${versions} (${severity}): ${title} ${url}`),
        fix: /^[\w@./-]+$/.test(name) ? `bun update ${name}` : 'bun update',
      }),
    ),
  }
}
