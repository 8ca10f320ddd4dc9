import type { Book } from '../core'
import type { Diagnosis, Finding } from './judge'

/** The diagnosis for a reader: the first cause first, each with what shows it and what mends it. */
export function tell(book: Book, { findings, ruledOut, gaps }: Diagnosis): void {
  for (const finding of findings) book.note(['', ...lines(finding)].join('\n'))
  if (findings.length > 0 && ruledOut.length > 0) {
    book.note(['', 'Ruled out', ...ruledOut.map(({ text, by }) => `  ${text}: ${by.text}`)].join('\n'))
  }
  if (gaps.length > 0) book.note(['', 'Could not be looked at', ...gaps.flatMap(gapLines)].join('\n'))
  if (findings.length > 0) book.summary(markdown(findings))
}

function lines({ title, cause, confidence, evidence, fix, consequences, section }: Finding): string[] {
  return [
    `${confidence === 'proven' ? '✖' : '?'} ${title} (${confidence}, guide ${section})`,
    `    ${cause}`,
    ...evidence.flatMap(({ text, command }, i) => [
      `    · ${text}`,
      // One command often shows several lines.
      ...(command && command !== evidence[i + 1]?.command ? [`      $ ${command}`] : []),
    ]),
    `    Fix: ${fix.command}`,
    ...consequences.map((one) => `    ↳ ${one.title}: ${one.cause}`),
  ]
}

function gapLines({ part, reason, permission, hides }: Diagnosis['gaps'][number]): string[] {
  const needs = permission ? `; it needs ${permission}` : ''
  return [`  ${part}: ${reason}${needs}`, `    there may hide: ${hides.join(', ')}`]
}

function markdown(findings: Finding[]): string {
  return findings
    .map(({ cause, confidence, fix }) => `- **${cause}** (${confidence})\n\n      ${fix.command}`)
    .join('\n')
}
