import { setTimeout as pause } from 'node:timers/promises'
import { type Book, Failed, type Step } from '../core'
import { exitCodes } from '../core/errors'
import { dollars } from '../costs'
import { root } from '../paths'
import type { Ground } from './stage/stage'

/** A section of the guide, as a command that its reader would type. */
export type Section = {
  name: string
  guide: string
  title: string
  args: string[]
  /** For so many seconds it is run again while it ends with 3: what it looks at comes a moment later. */
  patience?: number
  says: (data: Data) => string
}

/** How a section went. */
export type Line = { name: string; guide: string; seconds: number; says: string }

/** The `data` of a runbook's result, as far as it is retold here. */
type Data = {
  bucket?: string
  to?: { image?: string }
  checks?: { id: string; evidence: string }[]
  baseline?: { monthly: number }
  combined?: { monthly: number; ids: string[] }
  metrics?: { value: number | null; over: boolean }[]
  destroyed?: number
  remaining?: unknown[]
}

const short = (image = '') => image.split('/').at(-1)?.slice(0, 40) ?? ''
const answer = (data: Data) => data.checks?.find(({ id }) => id === 'answer')?.evidence ?? ''

export const sections: Section[] = [
  {
    name: 'setup',
    guide: 'Prerequisites, 1, 2, 3.2',
    title: 'tools, state bucket, secrets, values',
    args: [],
    says: ({ bucket }) => `state, journal and locks are in ${bucket}`,
  },
  {
    name: 'deploy',
    guide: '3, 4, 5',
    title: 'infrastructure, image, migration, rollout',
    args: ['--allow-dirty'],
    says: ({ to }) => `serves ${short(to?.image)}`,
  },
  {
    name: 'verify',
    guide: '6',
    title: 'everything looked at, a question asked',
    args: [],
    says: (data) => `${data.checks?.length} checks are ok; What is your refund policy? ${answer(data)}`,
  },
  {
    name: 'monitor',
    guide: '7',
    title: "the guide's metrics against its thresholds",
    args: ['--once'],
    // CloudWatch has the first values of new tasks when they have run for a while.
    patience: 120,
    says: ({ metrics = [] }) =>
      `${metrics.filter(({ value }) => value !== null).length} metrics, ${metrics.filter(({ over }) => over).length} over`,
  },
  {
    name: 'optimize',
    guide: 'Cost Estimate, 9',
    title: 'what it costs, and what would make it cheaper',
    args: [],
    says: ({ baseline, combined }) =>
      `${dollars(baseline?.monthly ?? 0)} a month; ${dollars(combined?.monthly ?? 0)} with ${combined?.ids.join(', ')}`,
  },
  {
    name: 'destroy',
    guide: 'Next steps',
    title: 'everything removed',
    args: [],
    says: ({ destroyed, remaining }) =>
      `${destroyed} resources gone, ${remaining?.length} left that cost money`,
  },
]

/** Runs a section's runbook as its reader would, and retells it in one line. */
export async function run(
  book: Book,
  step: Step,
  section: Section,
  env: Pick<Ground, 'set' | 'unset'>,
): Promise<Line> {
  const started = performance.now()
  const file = `${root}/runbooks/${section.name}.ts`
  const unset = Object.fromEntries(env.unset.map((name) => [name, undefined]))
  const args = [file, '--environment', book.environment, '--yes', '--json', ...section.args]
  let result: Event = {}
  const tail: string[] = []
  for (const deadline = started + (section.patience ?? 0) * 1_000; ; ) {
    tail.length = 0
    await book.command(process.execPath, args, {
      env: { ...unset, ...env.set },
      allow: [1, 2, 3, 4],
      onLine: (line, stream) => {
        const event = stream === 'stdout' ? parsed(line) : undefined
        if (!event) tail.push(line)
        else if (event.type === 'result') result = event
        else retell(event, step, tail)
      },
    })
    if (result.exitCode !== exitCodes.unhealthy || performance.now() > deadline) break
    step.waiting('what it looks at has no values yet')
    await pause(2_000, undefined, { signal: step.signal })
  }
  if (!result.ok) {
    for (const line of tail.slice(-25)) step.line(line)
    throw new Failed(
      `${section.guide}: ${section.name} failed: ${result.error?.message ?? 'it ended without a result'}`,
      {
        next:
          result.error?.next ??
          `bun runbooks/rehearse.ts up   # then bun runbooks/${section.name}.ts in its environment`,
      },
    )
  }
  const says = section.says(result.data ?? {})
  step.line(says)
  return { name: section.name, guide: section.guide, seconds: (performance.now() - started) / 1_000, says }
}

type Event = {
  type?: string
  title?: string
  text?: string
  ok?: boolean
  exitCode?: number
  data?: Data
  error?: { message?: string; next?: string }
}

function retell(event: Event, step: Step, tail: string[]): void {
  if (event.type === 'step.started' || event.type === 'step.changing') step.waiting(event.title ?? '')
  else if (event.type === 'step.waiting') step.waiting(`${event.title}: ${event.text}`)
  else if (event.text) tail.push(event.text)
}

function parsed(line: string): Event | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Event
  } catch {
    return undefined
  }
}
