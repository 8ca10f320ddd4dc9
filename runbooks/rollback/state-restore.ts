import { mkdir } from 'node:fs/promises'
import type { Aws } from '../aws/clients'
import { type Stack, stateBucket } from '../aws/stack'
import { type Content, listVersions, readVersion, writeOver } from '../aws/versions'
import { type Book, Failed, Refused } from '../core'
import { home } from '../core/home'
import { parseState, readLastRun, writeLastRun } from '../terraform/state'
import { objections, sameButSerial, serialAfter } from './state-judge'
import { clearLeftLock, type Place, underStateLock } from './state-lock'
import { again } from './words'

/**
 * Puts a version of the state back where the current one is lost or corrupted. Lineage and serial must fit what the
 * last run left, Terraform's own lock is held meanwhile, and what was there is saved first.
 */
export async function restoreState(
  book: Book,
  aws: Aws,
  stack: Stack,
  options: { account: string; restoreState?: string | undefined; acceptOlderState: boolean },
) {
  const { account, restoreState: id = '', acceptOlderState } = options
  await book.lock()
  const bucket = stateBucket(account, book.region)
  const key = stack.stateKey
  const place = `s3://${bucket}/${key}`
  const [current, chosen, lastRun, versions] = await book.read('The state, and what is to replace it', () =>
    Promise.all([
      readVersion(aws, bucket, key),
      readVersion(aws, bucket, key, id),
      readLastRun(aws, bucket, stack),
      listVersions(aws, bucket, key),
    ]),
  )
  if (!chosen) {
    throw new Refused(`Restore the state: ${place} has no version ${id} with content`, {
      next: again(book, '--list-state-versions'),
    })
  }
  const facts = {
    environment: stack.environment,
    account,
    version: parseState(chosen.text),
    current: parseState(current?.text ?? ''),
    lastRun,
    acceptOlder: acceptOlderState,
  }
  if (facts.current && sameButSerial(current?.text ?? '', chosen.text)) {
    const { serial } = facts.current
    book.note(`The state is version ${id} already, as serial ${serial}`)
    if (!book.dryRun) await clearLeftLock(aws, { bucket, key })
    if (!book.dryRun) await writeLastRun(aws, bucket, stack, book.id)
    return { bucket, key, restored: id, serial, saved: null }
  }
  const reasons = objections(facts)
  if (reasons.length > 0) {
    throw new Refused(`Restore version ${id} of the state: ${reasons.join('; ')}`, {
      next: again(book, '--list-state-versions'),
    })
  }
  const serial = serialAfter(facts)
  const was = facts.current ? `serial ${facts.current.serial}` : current ? 'corrupted' : 'lost'
  book.note(
    `The state is ${was}; version ${id} has serial ${facts.version!.serial} and becomes serial ${serial}`,
  )
  await book.confirm({
    effect: `Terraform's knowledge of ${stack.environment} is replaced by version ${id}`,
    typed: stack.environment,
    why: 'destructive',
  })

  const saved = `${stack.environment}/saved/${new Date().toISOString().replaceAll(':', '-')}.tfstate`
  await book.change({
    title: 'Save the current state',
    effect: current ? `s3://${bucket}/${saved}, and a copy under ${home()}/states` : 'there is none to save',
    equivalent: `aws s3 cp ${place} s3://${bucket}/${saved} --region ${book.region}`,
    undo: 'none needed: it is a copy',
    already: async () => (current ? false : { why: 'there is none' }),
    run: () => save(aws, { bucket, key: saved }, current!),
  })
  const before = versions.find(({ latest }) => latest)
  await book.change({
    title: 'Restore the state',
    effect: `${place} is version ${id} again, as serial ${serial}`,
    equivalent: [
      `aws s3api get-object --bucket ${bucket} --key ${key} --version-id ${id} restored.tfstate --region ${book.region}   # set "serial" to ${serial} in it`,
      `aws s3 cp restored.tfstate ${place} --region ${book.region}`,
    ],
    undo: before
      ? `aws s3api copy-object --bucket ${bucket} --key ${key} --copy-source '${bucket}/${key}?versionId=${before.id}' --region ${book.region}`
      : `aws s3 rm ${place} --region ${book.region}`,
    destructive: true,
    run: () =>
      underStateLock(aws, { bucket, key }, () =>
        replace(book, aws, { bucket, key, over: current?.etag }, { text: chosen.text, serial }),
      ),
  })
  if (!book.dryRun) await writeLastRun(aws, bucket, stack, book.id)
  const next = `bun runbooks/deploy.ts --dry-run --environment ${stack.environment}`
  book.note(`Next: ${next}   # the plan shows whether the state and AWS agree`)
  return { bucket, key, restored: id, serial, saved: current ? saved : null }
}

async function save(aws: Aws, place: Place, content: Content): Promise<void> {
  if (!(await writeOver(aws, { ...place, over: undefined }, content.text)))
    throw new Failed(`Save the current state: s3://${place.bucket}/${place.key} is there already`)
  const folder = `${home()}/states`
  await mkdir(folder, { recursive: true })
  await Bun.write(`${folder}/${place.key.replaceAll('/', '-')}`, content.text)
}

/** Only over what was looked at. */
async function replace(
  book: Book,
  aws: Aws,
  place: Place & { over: string | undefined },
  { text, serial }: { text: string; serial: number },
): Promise<void> {
  const restored = { ...(JSON.parse(text) as object), serial }
  if (await writeOver(aws, place, `${JSON.stringify(restored, null, 2)}\n`)) return
  throw new Failed('Restore the state: it was written by somebody else meanwhile', { next: again(book) })
}
