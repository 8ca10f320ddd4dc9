import { awsOf } from '../../aws/clients'
import { stackOf } from '../../aws/stack'
import type { Book } from '../../core'
import { emergencyRestore } from '../../emergency-restore'
import type { Diagnosis, Finding } from '../judge'
import { changeOf } from './changes'

/** What is proven, and has a fix that is safe. */
const safe = ({ findings }: Diagnosis) =>
  findings.filter(({ confidence, mend }) => confidence === 'proven' && mend)

/** Offers the safe fixes and makes those that were agreed to; returns what was mended. Everything else stays to a person. */
export async function mendAll(book: Book, diagnosis: Diagnosis): Promise<string[]> {
  const mended: string[] = []
  for (const finding of safe(diagnosis)) {
    await book.confirm({
      effect: `${finding.cause}. To mend it: ${finding.fix.command}`,
      why: book.environment === 'production' ? 'production' : 'fix',
    })
    await mend(book, finding)
    if (!book.dryRun) mended.push(finding.id)
  }
  if (diagnosis.findings.length > 0 && safe(diagnosis).length === 0)
    book.note('None of this is mended by itself: the commands above are for whoever knows what was meant')
  return mended
}

async function mend(book: Book, finding: Finding): Promise<void> {
  if (finding.mend?.do === 'emergency-restore') {
    const restored = await book.call(emergencyRestore)
    if (restored.error) throw restored.error
  } else if (finding.mend) {
    const place = { aws: awsOf(book), stack: stackOf(book.environment), region: book.region }
    await book.change(changeOf(place, finding, finding.mend))
  }
}
