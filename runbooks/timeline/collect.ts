import type { Aws } from '../aws/clients'
import { listMoves } from '../aws/deployments'
import { findService } from '../aws/service'
import { container, type Stack } from '../aws/stack'
import type { RunRecord } from '../core'
import { look, unless } from '../diagnosis/collect/look'
import { describedTasks } from '../diagnosis/collect/tasks'
import { isSeen } from '../diagnosis/snapshot'
import { moveEntries, serviceEntry, taskEntries } from './ecs'
import { type Entry, type Gap, type Kind, merge } from './entry'
import { lookAtLog } from './log'
import { alarmEntry, runEntries, scalingEntry } from './others'

export interface Place {
  aws: Aws
  stack: Stack
  since: Date
  signal: AbortSignal
  /** The team's runs since a moment; what could not be read is an error. */
  runs(since: Date): Promise<RunRecord[]>
}

type Fetch = (place: Place, partly: (text: string) => void) => Promise<Entry[]>

/** All that happened since then, as far as it could be looked at; each source by itself, all at once. */
export async function collectTimeline(place: Place): Promise<{ entries: Entry[]; gaps: Gap[] }> {
  const looked = await Promise.all(
    Object.entries(sources).map(async ([kind, fetch]) => ({
      kind: kind as Kind,
      part: await look('', (partly) => fetch(place, partly)),
    })),
  )
  const gaps = looked.flatMap(({ kind, part }): Gap[] => {
    if (!isSeen(part)) return [{ kind, reason: part.reason, permission: part.permission }]
    return part.partly ? [{ kind, reason: part.partly, partly: true }] : []
  })
  const entries = looked.map(({ part }) => (isSeen(part) ? part.value : []))
  return { entries: merge(entries, place.since.toISOString()), gaps }
}

/** To look at what happened is no part of it. */
const watching = new Set(['monitor', 'history'])

const sources: Record<Kind, Fetch> = {
  async runbook({ runs, since }) {
    const told = (await runs(since)).filter(({ runbook }) => !watching.has(runbook))
    return told.flatMap(runEntries)
  },

  async deployment({ aws, stack }) {
    const moves = await unless(/^(Cluster|Service)Not(Found|Active)/, listMoves(aws, stack, container, 100))
    return (moves ?? []).flatMap(moveEntries)
  },

  async service({ aws, stack, since }, partly) {
    const events = (await findService(aws, stack))?.events ?? []
    const oldest = events.at(-1)?.createdAt
    // ECS keeps the newest hundred.
    if (events.length >= 100 && oldest && oldest > since)
      partly(`ECS remembers no event from before ${oldest.toISOString()}`)
    return events.map(serviceEntry)
  },

  async task(place, partly) {
    const tasks = await describedTasks(place, partly)
    return tasks.flatMap(taskEntries)
  },

  async scaling({ aws, stack, since }) {
    const scaling = await aws.autoscaling()
    const entries: Entry[] = []
    let NextToken: string | undefined
    do {
      const page = await scaling.describeScalingActivities({
        ServiceNamespace: 'ecs',
        ResourceId: `service/${stack.cluster}/${stack.service}`,
        ...(NextToken ? { NextToken } : {}),
      })
      entries.push(...(page.ScalingActivities ?? []).map(scalingEntry))
      NextToken = page.NextToken
      // The newest come first.
    } while (NextToken && (entries.at(-1)?.at ?? '') > since.toISOString())
    return entries
  },

  async alarm({ aws, stack, since }) {
    const cloudwatch = await aws.cloudwatch()
    const entries: Entry[] = []
    let NextToken: string | undefined
    do {
      const page = await cloudwatch.describeAlarmHistory({
        HistoryItemType: 'StateUpdate',
        StartDate: since,
        EndDate: new Date(),
        ScanBy: 'TimestampDescending',
        ...(NextToken ? { NextToken } : {}),
      })
      // Of all alarms of the account: the environment's, and those that autoscaling made for its service.
      const own = (page.AlarmHistoryItems ?? []).filter(({ AlarmName = '' }) =>
        AlarmName.includes(stack.prefix),
      )
      entries.push(...own.map(alarmEntry))
      NextToken = page.NextToken
    } while (NextToken)
    return entries
  },

  log: lookAtLog,
}
