import { container } from '../../aws/stack'
import { redactText } from '../../core/secrets/redact'
import type { LineSeen, RevisionSeen, TaskSeen } from '../parts'
import type { Part } from '../snapshot'
import { look, lookAfter, orElse, type Place, unless } from './look'

/** The logs of this many stopped tasks are read, and so many lines of each. */
const most = { tasks: 4, lines: 20 }

/** How far back, and in how many pages, the chatbot's own words about its parts are looked for. */
const half = 30 * 60_000
const pages = 4

/** What stopped tasks printed last. */
export function lookAtLastLines(
  { aws, stack, region }: Place,
  tasks: Promise<Part<TaskSeen[]>>,
  revisions: Promise<Part<RevisionSeen[]>>,
): Promise<Part<LineSeen[]>> {
  return lookAfter(
    tasks,
    {
      what: 'the tasks',
      command: (all) =>
        `aws logs get-log-events --log-group-name ${stack.logGroup} --log-stream-name app/${container}/${telling(all)[0]?.id ?? 'TASK_ID'} --region ${region}`,
    },
    async (all) => {
      const known = await orElse(revisions, [])
      const lines = await Promise.all(
        telling(all).map(async ({ id, definition }) => {
          const revision = known.find(({ name }) => name === definition)
          if (!revision?.logGroup) return []
          const logs = await aws.logs()
          const answer = await unless(
            /^ResourceNotFound/,
            logs.getLogEvents({
              logGroupName: revision.logGroup,
              logStreamName: `${revision.logPrefix}/${container}/${id}`,
              startFromHead: false,
              limit: most.lines,
            }),
          )
          return (answer?.events ?? []).map(({ timestamp = 0, message = '' }) =>
            lineSeen(timestamp, id, message),
          )
        }),
      )
      return lines.flat()
    },
  )
}

/** Those that ended by themselves or were killed, the newest first: what ECS ends in order says nothing. */
function telling(tasks: TaskSeen[]): TaskSeen[] {
  const ended = tasks.filter(
    ({ stopping, exitCode }) => stopping && exitCode !== undefined && exitCode !== 143,
  )
  return ended.sort((a, b) => b.stopping!.localeCompare(a.stopping!)).slice(0, most.tasks)
}

const words = [
  'database_away',
  'database_back',
  'cache_away',
  'cache_back',
  'model_failed',
  'model_resting',
  'model_tried_again',
  'store_writes_failing',
  'store_writes_recovered',
]

/** What the chatbot said of its parts: the same words that the rules look for. */
export function lookAtErrors({ aws, stack, region, now }: Place): Promise<Part<LineSeen[]>> {
  const since = now.getTime() - half
  const pattern = words.map((one) => `?${one}`).join(' ')
  return look(
    `aws logs filter-log-events --log-group-name ${stack.logGroup} --start-time ${since} --filter-pattern '${pattern}' --region ${region}`,
    async (partly) => {
      const logs = await aws.logs()
      const found: LineSeen[] = []
      let nextToken: string | undefined
      for (let page = 0; page < pages; page++) {
        const answer = await unless(
          /^ResourceNotFound/,
          logs.filterLogEvents({
            logGroupName: stack.logGroup,
            startTime: since,
            filterPattern: pattern,
            ...(nextToken ? { nextToken } : {}),
          }),
        )
        for (const { timestamp = 0, logStreamName = '', message = '' } of answer?.events ?? []) {
          if (words.some((one) => message.includes(`"${one}"`)))
            found.push(lineSeen(timestamp, logStreamName.split('/').at(-1) ?? '', message))
        }
        nextToken = answer?.nextToken
        if (!nextToken) break
      }
      if (nextToken) partly(`the log was read to ${found.at(-1)?.at ?? 'its first pages'} only`)
      return found.slice(-200)
    },
  )
}

/** A log may hold anything: what has the shape of a secret does not get into a file that is handed on. */
const lineSeen = (timestamp: number, task: string, text: string): LineSeen => ({
  at: new Date(timestamp).toISOString(),
  task,
  text: redactText(text.trimEnd()).slice(0, 2_000),
})
