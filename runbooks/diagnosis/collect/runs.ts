import { readVersion } from '../../aws/versions'
import type { Recorded } from '../../core'
import { parseJournal } from '../../core/journal/history'
import { redactText } from '../../core/secrets/redact'
import type { RunSeen } from '../parts-runs'
import type { Part } from '../snapshot'
import { look, type Place, unless } from './look'

/** So many journals are read; and so far back. */
const most = 4
const day = 24 * 3_600_000

const changing = /Z-(deploy|setup|rollback|destroy|emergency-shutdown|emergency-restore)\.jsonl$/

/** What the team's last runs that change something came to, by their journals. */
export function lookAtRuns(place: Place): Promise<Part<RunSeen[]>> {
  const { aws, stack, region, now } = place
  return look(`bun runbooks/history.ts --environment ${stack.environment} --region ${region}`, async () => {
    const s3 = await aws.s3()
    const Bucket = await place.bucket()
    // A journal's name begins with its time.
    const first = new Date(now.getTime() - day).toISOString().replaceAll(':', '-')
    const asked = s3.listObjectsV2({ Bucket, Prefix: 'journal/', StartAfter: `journal/${first}` })
    const keys = ((await unless(/^NoSuchBucket/, asked))?.Contents ?? []).flatMap(({ Key }) => Key ?? [])
    const newest = keys
      .filter((key) => changing.test(key))
      .sort()
      .reverse()
      .slice(0, most)
    const texts = await Promise.all(newest.map((key) => readVersion(aws, Bucket, key)))
    return texts.flatMap((found, i) => {
      const run = found && runSeen(newest[i]!, parseJournal(found.text), stack.environment)
      return run ? [run] : []
    })
  })
}

type Event = Recorded & Record<string, unknown>

/** Undefined for another environment's, and for one that only showed what it would do. */
function runSeen(key: string, events: readonly Recorded[], environment: string): RunSeen | undefined {
  const all = events as Event[]
  const start = all.find(({ type }) => type === 'start')
  if (!start || start.environment !== environment || start.dryRun) return undefined
  const error = all.findLast(({ type }) => type === 'error')
  const failed = all.findLast(({ type, outcome }) => type === 'step.finished' && outcome === 'failed')
  const result = all.findLast(({ type }) => type === 'result')
  return {
    name: key.replace(/^journal\//, '').replace(/\.jsonl$/, ''),
    runbook: String(start.runbook),
    at: start.at,
    exitCode: typeof result?.exitCode === 'number' ? result.exitCode : undefined,
    step: failed && String(failed.title),
    error: error && redactText(String(error.message)).slice(0, 4_000),
    detail: [error?.detail ?? []]
      .flat()
      .slice(0, 40)
      .map((line) => redactText(String(line)).slice(0, 500)),
  }
}
