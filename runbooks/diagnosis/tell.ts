import type { Book } from '../core'
import { hanging } from '../core/output/wrap'
import type { Diagnosis, Finding } from './judge'
import type { Possible } from './possible'
import { rules } from './rules'

/** The diagnosis for a reader: the first cause first, each with what shows it and what mends it. */
export function tell(book: Book, { findings, possible, ruledOut, gaps }: Diagnosis): void {
  for (const finding of findings) book.note(['', ...lines(finding)].join('\n'))
  if (possible.length > 0)
    book.note(['', 'It may as well be, as nobody could look', ...possible.flatMap(possibleLines)].join('\n'))
  if (findings.length > 0 && ruledOut.length > 0) {
    book.note(
      [
        '',
        'Ruled out',
        ...ruledOut.flatMap(({ text, by }) => hanging('  ', `${text}: ${by.text}`, width)),
      ].join('\n'),
    )
  }
  if (gaps.length > 0) book.note(['', 'Could not be looked at', ...gaps.flatMap(gapLines)].join('\n'))
  if (findings.length > 0) book.summary(markdown(findings))
  if (findings.length + gaps.length === 0) book.note(`None of ${rules.length} known causes is there`)
}

/** Sentences fit a screen; commands are for copying, and are never broken. */
const width = 100

function lines({ title, cause, confidence, evidence, fix, consequences, section }: Finding): string[] {
  return [
    `${confidence === 'proven' ? '✖' : '?'} ${title} (${confidence}, guide ${section})`,
    ...hanging('    ', cause, width),
    ...evidence.flatMap(({ text, command }, i) => [
      ...hanging('    · ', text, width),
      // One command often shows several lines.
      ...(command && command !== evidence[i + 1]?.command ? [`      $ ${command}`] : []),
    ]),
    `    Fix: ${fix.command}`,
    ...consequences.flatMap((one) => hanging('    ↳ ', `${one.title}: ${one.cause}`, width)),
  ]
}

const possibleLines = ({ title, section, part, command, permission }: Possible): string[] => [
  ...hanging(
    '  ? ',
    `${title} (guide ${section}): look at the ${part}${permission ? `, with ${permission}` : ''}`,
    width,
  ),
  ...(command ? [`      $ ${command}`] : []),
]

function gapLines({ part, reason, permission, hides }: Diagnosis['gaps'][number]): string[] {
  const needs = permission ? `; it needs ${permission}` : ''
  return [
    ...hanging('  ', `${part}: ${reason}${needs}`, width),
    ...hanging('    there may hide: ', hides.join(', '), width),
  ]
}

function markdown(findings: Finding[]): string {
  return findings
    .map(({ cause, confidence, fix }) => `- **${cause}** (${confidence})\n\n      ${fix.command}`)
    .join('\n')
}
