import type { ScalingActivity } from '@aws-sdk/client-application-auto-scaling'
import type { AlarmHistoryItem } from '@aws-sdk/client-cloudwatch'
import { duration, type RunRecord } from '../core'
import { entryOf } from '../logs/entry'
import type { Merged } from '../logs/merge'
import type { Entry } from './entry'

/** An alarm's change of state, and CloudWatch's reason for it. */
export function alarmEntry({ AlarmName, Timestamp, HistorySummary, HistoryData }: AlarmHistoryItem): Entry {
  const { newState } = parsed(HistoryData) as { newState?: { stateValue?: string; stateReason?: string } }
  const summary = HistorySummary ?? `is ${newState?.stateValue}`
  return {
    at: Timestamp?.toISOString() ?? '',
    kind: 'alarm',
    level: newState?.stateValue === 'ALARM' ? 'error' : 'info',
    text: [`${AlarmName}: ${summary}`, newState?.stateReason].filter(Boolean).join('; '),
  }
}

export const scalingEntry = (activity: ScalingActivity): Entry => ({
  at: activity.StartTime?.toISOString() ?? '',
  kind: 'scaling',
  level: /^(Failed|Unfulfilled|Overridden)$/.test(activity.StatusCode ?? '') ? 'warn' : 'info',
  text: [activity.Description?.replace(/\.$/, ''), activity.Cause, failureOf(activity)]
    .filter(Boolean)
    .join('; '),
})

const failureOf = ({ StatusCode, StatusMessage }: ScalingActivity) =>
  StatusCode === 'Successful' ? undefined : `${StatusCode}: ${StatusMessage ?? ''}`

/** A runbook's run: when it began, and how it ended. */
export function runEntries({ time, runbook, dryRun, who, outcome, ms }: RunRecord): Entry[] {
  const name = `${runbook}${dryRun ? ' --dry-run' : ''}`
  const began: Entry = { at: time, kind: 'runbook', level: 'info', text: `${name} begins, by ${who}` }
  if (ms === undefined)
    return outcome === 'killed'
      ? [{ ...began, level: 'error', text: `${began.text}; it was killed` }]
      : [began]
  const level = outcome === 'done' ? 'info' : outcome === 'failed' ? 'error' : 'warn'
  const at = new Date(Date.parse(time) + ms).toISOString()
  return [began, { at, kind: 'runbook', level, text: `${name} ends: ${outcome}, after ${duration(ms)}` }]
}

/** Turns in a task's own life; everything else that goes well is left to the log itself. */
const turns = new Set(['serving', 'stopping', 'stopped', 'migrated'])

export function lineEntry({ at, stream, message }: Merged): Entry[] {
  const { level, event } = entryOf(message)
  if (level !== 'warn' && level !== 'error' && !turns.has(event ?? '')) return []
  const task = stream.split('/').at(-1) ?? stream
  return [{ at: new Date(at).toISOString(), kind: 'log', level, task, text: message.trimEnd() }]
}

function parsed(text: string | undefined): object {
  try {
    return (JSON.parse(text ?? '{}') as object | null) ?? {}
  } catch {
    return {}
  }
}
