import { type Book, Failed, Unhealthy } from '../core'
import { wayIn } from '../core/explain/way-in'
import { isSeen } from '../diagnosis/snapshot'
import { blind, judge } from './judge'
import type { Look, Metric } from './model'
import { sparkline } from './sparkline'
import { fullTitle, headline, limitShown, marks, pastShown, remarkOf, valueShown } from './words'

/** One environment, judged. */
export interface Judged {
  look: Look
  metrics: Metric[]
}

export const judgeAll = (looks: Look[]): Judged[] => looks.map((look) => ({ look, metrics: judge(look) }))

/** What is seen of each environment, as a table. */
export function tell(book: Book, all: Judged[]): void {
  for (const { look, metrics } of all) {
    if (all.length > 1) book.note(`\n${look.environment}`)
    book.note(headline(look))
    book.summary(markdown({ look, metrics }))
    book.table(
      metrics.map((metric) => ({
        '': marks[metric.status],
        group: metric.group,
        metric: metric.title,
        value: valueShown(metric),
        limit: limitShown(metric),
        trend: sparkline(
          metric.points,
          look.window,
          20,
          metric.worse === 'above' ? (metric.threshold ?? 0) : 0,
        ),
        remark: remarkOf(metric),
      })),
    )
  }
}

/** For the step summary of a pipeline: what is not well, or that all is. */
function markdown({ look, metrics }: Judged): string {
  const told = metrics.filter(({ status, action }) => status === 'over' || (status === 'unknown' && action))
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  const rows = told.map(
    (one) =>
      `| ${[marks[one.status], fullTitle(one), pastShown(one), remarkOf(one)].map(cell).join(' | ')} |`,
  )
  const body =
    rows.length === 0
      ? 'Nothing is over its threshold.'
      : ['| | Metric | Value | |', '| --- | --- | --- | --- |', ...rows].join('\n')
  return `### ${look.environment}: ${headline(look)}\n\n${body}\n`
}

/** The result, or the end that says what is not well. */
export async function conclude(book: Book, all: Judged[]) {
  const data = dataOf(all)
  const over = all.flatMap(({ look, metrics }) =>
    metrics.filter(({ over }) => over).map((metric) => ({ look, metric })),
  )
  const unknown = all.flatMap(({ look, metrics }) => blind(metrics).map((metric) => ({ look, metric })))
  const named = ({ look, metric }: { look: Look; metric: Metric }) =>
    `${all.length > 1 ? `${look.environment} ` : ''}${fullTitle(metric)}`
  const names = all.map(({ look }) => look.environment).join(', ')
  if (all.every(({ metrics }) => metrics.every(({ status }) => status === 'unknown'))) {
    const why = all[0]?.metrics[0]?.why
    throw new Failed(`Monitor ${names}: nothing could be seen: ${why}`, { data, next: await wayIn(book) })
  }
  if (over.length > 0) {
    const said = over.map((one) => `${named(one)} ${pastShown(one.metric)}`)
    const next = `bun runbooks/troubleshoot.ts --environment ${over[0]!.look.environment}`
    throw new Unhealthy(`Monitor ${names}: past the threshold: ${said.join('; ')}`, { data, next })
  }
  if (unknown.length > 0) {
    // Of an environment that is not there, or may not be seen, one reason says it all.
    const lost = all.filter(({ metrics }) => metrics.every(({ status }) => status === 'unknown'))
    const partly = unknown.filter(({ look }) => !lost.some((one) => one.look === look))
    const byReason = Map.groupBy(partly, ({ metric }) => metric.why ?? '')
    const said = [
      ...lost.map(({ look, metrics }) => `${look.environment} (${metrics[0]?.why})`),
      ...[...byReason].map(([why, some]) => `${some.map(named).join(', ')} (${why})`),
    ]
    const next = `bun runbooks/troubleshoot.ts --environment ${unknown[0]!.look.environment}`
    throw new Unhealthy(`Monitor ${names}: nothing is over, but not known: ${said.join('; ')}`, {
      data,
      next,
    })
  }
  return data
}

/** For programs: of one environment its metrics, of several each with theirs. */
export function dataOf(all: Judged[]) {
  const environments = all.map(({ look, metrics }) => ({
    environment: look.environment,
    at: new Date(look.now * 1000).toISOString(),
    metrics: metrics.map(({ points: _, ...metric }) => metric),
    alarms: isSeen(look.alarms) ? look.alarms.value : [],
    service: isSeen(look.service) ? serviceOf(look) : null,
  }))
  const [first] = environments
  return environments.length === 1
    ? first!
    : {
        ...first!,
        metrics: environments.flatMap(({ environment, metrics }) =>
          metrics.map((metric) => ({ environment, ...metric })),
        ),
        alarms: environments.flatMap(({ alarms }) => alarms),
        environments,
      }
}

function serviceOf({ service, commit }: Look) {
  if (!isSeen(service) || !service.value) return null
  const { desired, running, pending, taskDefinition, deployments } = service.value
  return {
    desired,
    running,
    pending,
    taskDefinition,
    commit: (isSeen(commit) && commit.value) || null,
    deployments: deployments.map(({ id, rolloutState, at }) => ({ id, rolloutState, at })),
  }
}
