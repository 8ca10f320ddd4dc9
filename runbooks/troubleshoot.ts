import { wayIn } from './core/explain/way-in'
import 'zx/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { awsOf } from './aws/clients'
import { stackOf, stateBucket } from './aws/stack'
import { type Book, Failed, runbook, Unhealthy, Usage } from './core'
import { redact } from './core/secrets/redact'
import { collect } from './diagnosis/collect'
import { pipelineFrom } from './diagnosis/collect/pipeline'
import { type Diagnosis, diagnose } from './diagnosis/judge'
import { mendAll } from './diagnosis/mending/mend-all'
import { passing } from './diagnosis/mending/passing'
import { isSeen, parseSnapshot, type Snapshot } from './diagnosis/snapshot'
import { tell } from './diagnosis/tell'
import { checkRepository } from './setup/github-api'
import { refuseUnknown } from './terraform/known'

export const troubleshoot = runbook({
  name: 'troubleshoot',
  summary:
    'Say why the chatbot is not well: the root cause first, its evidence, and the command that mends it',
  guide: ['8'],
  description:
    'Looks at everything once, and changes nothing but with --fix. What it could not look at is named, and never taken for well.',
  options: {
    snapshot: { type: 'string', value: 'FILE', help: 'Also save what was seen, without secrets' },
    from: { type: 'string', value: 'FILE', help: 'Diagnose a saved snapshot, and ask AWS nothing' },
    github: {
      type: 'string',
      value: 'ORG/REPO',
      check: checkRepository,
      help: 'Look at its last pipeline run too, with GITHUB_TOKEN (default GITHUB_REPOSITORY)',
    },
    fix: {
      type: 'boolean',
      help: 'Offer the fixes that are safe, make those agreed to, and look again, for a minute at most, until they show',
    },
  },
  examples: [
    'bun runbooks/troubleshoot.ts',
    'bun runbooks/troubleshoot.ts --snapshot staging.json',
    'bun runbooks/troubleshoot.ts --from staging.json   # on another machine',
    'bun runbooks/troubleshoot.ts --fix',
  ],
  changes: 'environment',
  lock: 'later',

  async run(book, options) {
    if (options.from && (options.snapshot || options.fix))
      throw new Usage(`--from and --${options.fix ? 'fix' : 'snapshot'}: one of them, not both`)
    const snapshot = options.from ? await load(book, options.from) : await look(book, options.github)
    if (options.snapshot) await save(book, options.snapshot, snapshot)
    const diagnosis = diagnose(snapshot)
    tell(book, diagnosis)
    const mended = options.fix ? await mendAll(book, diagnosis) : []
    if (mended.length === 0) return conclude(snapshot, diagnosis)
    const after = await look(book, options.github, mended)
    const rest = diagnose(after)
    tell(book, rest)
    return { ...conclude(after, rest), mended }
  },
})

/** So many milliseconds what was mended has to show its effect. */
const patience = 60_000

async function look(book: Book, github: string | undefined, mended: string[] = []): Promise<Snapshot> {
  return book.read('Look at everything', async (step) => {
    await refuseUnknown(awsOf(book), [book.environment], 'troubleshoot.ts')
    let snapshot = await collected(book, github)
    for (const deadline = Date.now() + patience; Date.now() < deadline; ) {
      const [first] = passing(diagnose(snapshot), mended)
      if (!first) break
      step.waiting(`for what was mended to take effect: ${first.cause}`)
      await pause(2_000, undefined, { signal: step.signal })
      snapshot = await collected(book, github)
    }
    // GitHub may be asked nothing, or answer for itself: the environment is what AWS shows.
    const { pipeline: _, ...ofAws } = snapshot.parts
    const parts = Object.values(ofAws)
    const seen = parts.filter(isSeen).length
    const [gap] = parts.flatMap((part) => (isSeen(part) ? [] : [part]))
    if (seen === 0) {
      const next = await wayIn(book)
      throw new Failed(`Look at ${book.environment}: nothing could be seen: ${gap?.reason}`, { next })
    }
    step.line(`${seen} of ${parts.length} parts`)
    return snapshot
  })
}

async function collected(book: Book, github: string | undefined): Promise<Snapshot> {
  return collect({
    aws: awsOf(book),
    stack: stackOf(book.environment),
    region: book.region,
    bucket: async () => stateBucket((await book.identity()).account, book.region),
    pipeline: pipelineFrom(process.env, github),
    now: new Date(),
  })
}

async function load(book: Book, file: string): Promise<Snapshot> {
  return book.read('Read the snapshot', async (step) => {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Usage(`--from ${file}: it cannot be read (${error.code})`)
    })
    const snapshot = parseSnapshot(text)
    if (typeof snapshot === 'string') throw new Usage(`--from ${file}: ${snapshot}`)
    step.line(`${snapshot.environment} in ${snapshot.region}, as it was at ${snapshot.at}`)
    return snapshot
  })
}

async function save(book: Book, file: string, snapshot: Snapshot): Promise<void> {
  await book.read('Save the snapshot', async (step) => {
    await writeFile(file, `${JSON.stringify(redact(snapshot), null, 2)}\n`, { mode: 0o600 })
    step.line(file)
  })
}

/** Well is only what was looked at and found so. */
function conclude({ environment, at }: Snapshot, diagnosis: Diagnosis) {
  const { findings, gaps } = diagnosis
  const data = { environment, at, ...diagnosis }
  const [first, ...more] = findings
  if (first) {
    const likely = first.confidence === 'likely' ? 'likely: ' : ''
    const rest = more.length > 0 ? ` (and ${more.length} more)` : ''
    throw new Unhealthy(`Troubleshoot ${environment}: ${likely}${first.cause}${rest}`, {
      data,
      next: first.fix.command,
    })
  }
  if (gaps.length > 0) {
    throw new Unhealthy(
      `Troubleshoot ${environment}: nothing was found, and ${gaps.length} things could not be looked at: ${gaps.map(({ part }) => part).join(', ')}`,
      { data },
    )
  }
  return data
}

if (import.meta.main) await troubleshoot.main()
