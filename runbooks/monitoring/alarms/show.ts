import type { Aws } from '../../aws/clients'
import { stackOf } from '../../aws/stack'
import { type Book, Unhealthy } from '../../core'
import { sentence } from '../../core/explain/explain'
import { hanging } from '../../core/output/wrap'
import { isSeen } from '../../diagnosis/snapshot'
import { oneByOne } from '../look/find'
import { lookAtCacheSize, lookAtDatabaseSize } from '../look/stores'
import { isBurstable } from '../metrics/database'
import { type AlarmThere, compareAlarms, type Finding, type Hearer } from './compare'
import { expectedAlarms, type Outfit } from './expected'
import { alarmsThere, hasInsights, hearersOf } from './look'
import { testAlert } from './test-alert'

/** Compares the alarms that should be with those that are, and says who would hear them. */
export async function showAlarms(book: Book, aws: Aws, { test }: { test: boolean }) {
  const stack = stackOf(book.environment)
  const [outfit, there] = await Promise.all([
    book.read('What there is to watch', () => outfitOf(book, aws)),
    book.read('Alarms', async () => alarmsThere(aws, await oneByOne(aws).alarms(stack), new Date())),
  ])
  const { hearers, gap } = await book.read('Who hears them', () => listen(aws, there))
  if (gap) book.warn(gap)
  const findings = compareAlarms({
    environment: book.environment,
    expected: expectedAlarms(stack, outfit),
    there,
    hearers,
  })
  tell(book, there, hearers, findings)
  const tested = test ? await testAlert(book, aws, there) : undefined
  if (tested) book.note(`Now look where it should have arrived: ${ways(hearers)}`)
  const data = { alarms: there, findings, hearers: hearers ?? null, ...(tested && { tested }) }
  if (findings.length === 0 && hearers) return data
  const [first] = findings
  const said = first
    ? `${findings.length} findings, the first: ${first.alarm}: ${first.text}`
    : 'nobody can say who hears the alarms'
  throw new Unhealthy(`Alarms of ${book.environment}: ${said}`, { data, ...(first && { next: first.fix }) })
}

/** Names fit a screen; commands are for copying, and are never broken. */
const width = 100

/** What cannot be seen of the environment must not make its alarms look complete: it is taken for the usual. */
async function outfitOf(book: Book, aws: Aws): Promise<Outfit> {
  const place = {
    aws,
    stack: stackOf(book.environment),
    region: book.region,
    now: new Date(),
    bucket: async () => '',
  }
  const [database, cache, insights] = await Promise.all([
    lookAtDatabaseSize(place, oneByOne(aws)),
    lookAtCacheSize(place, oneByOne(aws)),
    hasInsights(aws, place.stack),
  ])
  const size = isSeen(database) ? database.value : undefined
  const members = isSeen(cache) ? cache.value?.members.length : undefined
  return {
    storageGb: size?.storageGb ?? 20,
    burstable: size ? isBurstable(size) : true,
    cacheMembers: members ?? 1,
    insights,
  }
}

async function listen(aws: Aws, alarms: AlarmThere[]): Promise<{ hearers?: Hearer[]; gap?: string }> {
  const topics = [...new Set(alarms.flatMap(({ actions }) => actions))].filter((arn) => arn.includes(':sns:'))
  try {
    return { hearers: await hearersOf(aws, topics) }
  } catch (error) {
    return { gap: `Who hears the alarms could not be looked at: ${sentence(error)}` }
  }
}

function tell(book: Book, there: AlarmThere[], hearers: Hearer[] | undefined, findings: Finding[]): void {
  book.table(
    there.map(({ name, state, data, actions }) => ({
      alarm: name,
      state,
      data: data === undefined ? 'unknown' : data ? 'yes' : 'none',
      'speaks to': actions.map((arn) => arn.split(':').at(-1)).join(', '),
    })),
  )
  for (const hearer of hearers ?? [])
    book.note(
      `  ${hearer.confirmed ? '✔' : '✖'} ${said(hearer)}${hearer.confirmed ? '' : ': not confirmed yet'}`,
    )
  // What is wrong with all of them alike is one thing to do.
  for (const some of Map.groupBy(findings, ({ kind, text, fix }) => `${kind} ${text} ${fix}`).values()) {
    const [{ kind, text, fix }] = some as [Finding, ...Finding[]]
    const names = some.map(({ alarm }) => alarm).join(', ')
    book.note([`✖ ${kind}: ${text}`, ...hanging('    ', names, width), `    Fix: ${fix}`].join('\n'))
  }
}

const ways = (hearers: Hearer[] = []) => hearers.map(said).join(', ') || 'nobody has subscribed'

/** AWS's app listens at the same address for every channel: `aws chatbot` knows which. */
const said = ({ protocol, endpoint }: Hearer) =>
  endpoint === 'global.sns-api.chatbot.amazonaws.com'
    ? "Slack, by AWS's app Amazon Q Developer"
    : `${protocol} ${endpoint}`
