import type { Aws } from '../aws/clients'
import { type Stack, stateBucket } from '../aws/stack'
import { listVersions, readVersion } from '../aws/versions'
import type { Book } from '../core'
import { parseState, readLastRun } from '../terraform/state'

/** What the bucket keeps of the state, newest first, with what tells a whole one from a broken one. */
export async function listStates(book: Book, aws: Aws, stack: Stack, account: string) {
  const bucket = stateBucket(account, book.region)
  const lastRun = await book.read('What the last run left', () => readLastRun(aws, bucket, stack))
  const versions = await book.read('Versions of the state', async () => {
    const listed = await listVersions(aws, bucket, stack.stateKey)
    return Promise.all(
      listed.map(async ({ id, at, size, latest, deleted }) => {
        const text = deleted ? undefined : (await readVersion(aws, bucket, stack.stateKey, id))?.text
        const state = parseState(text ?? '')
        return {
          version: id,
          at: at.toISOString(),
          bytes: size,
          serial: state?.serial ?? null,
          lineage: state?.lineage ?? null,
          resources: state?.resources.filter(({ mode }) => mode === 'managed').length ?? null,
          is: [latest && 'current', deleted ? 'deleted' : !state && 'corrupted'].filter(Boolean).join(', '),
        }
      }),
    )
  })
  if (versions.length === 0) book.note(`s3://${bucket}/${stack.stateKey} has no versions`)
  else book.table(versions.map((one) => shown(one, lastRun?.lineage)))
  if (lastRun) book.note(`The last run left serial ${lastRun.serial}, lineage ${lastRun.lineage.slice(0, 8)}`)
  return { bucket, key: stack.stateKey, lastRun: lastRun ?? null, versions }
}

interface Listed {
  version: string
  at: string
  serial: number | null
  lineage: string | null
  resources: number | null
  is: string
}

/** For a screen of 80 columns, with the version's id whole: it is to be copied. */
function shown({ version, at, serial, lineage, resources, is }: Listed, known: string | undefined) {
  const other = known && lineage && lineage !== known
  const holds = other ? 'other lineage' : `${resources} ${resources === 1 ? 'resource' : 'resources'}`
  return {
    version,
    'at (UTC)': at.slice(5, 19).replace('T', ' '),
    state: serial === null ? is.replace('current, ', '') : `serial ${serial}, ${holds}`,
    '': is.startsWith('current') ? 'now' : '',
  }
}
