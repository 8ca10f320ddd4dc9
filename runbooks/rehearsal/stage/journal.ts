import type { Aws } from '../../aws/clients'
import type { Event } from './runs'
import { textAt } from './world'

/** How the journal in the state bucket says that a run ended. */
export interface Entry {
  /** The result's exit code; undefined where the run never came to a result. */
  exitCode: number | undefined
  cause: string | null | undefined
}

/** What the bucket's journal holds of a run, by the run's id. */
export async function journalOf(aws: Aws, bucket: string, run: string): Promise<Entry | undefined> {
  const s3 = await aws.s3()
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket, Prefix: 'journal/' })
  const newest = Contents.flatMap(({ Key }) => Key ?? []).sort((a, b) => (a < b ? 1 : -1))
  for (const key of newest.slice(0, 30)) {
    const text = (await textAt(aws, bucket, key)) ?? ''
    const events = text.split('\n').flatMap(parsed)
    if (!events.some(({ type, run: id }) => type === 'start' && id === run)) continue
    const result = events.find(({ type }) => type === 'result')
    return { exitCode: result?.exitCode, cause: result?.data?.cause }
  }
  return undefined
}

type Line = Event & { exitCode?: number; data?: { cause?: string | null } }

function parsed(line: string): Line[] {
  try {
    return line ? [JSON.parse(line) as Line] : []
  } catch {
    // The last line of a killed run may be half written.
    return []
  }
}
