import { type Rule, round } from './rule.ts'
import { seenEnough, type Use } from './use.ts'

/** Fewer tasks by night and over a quiet weekend, and back up in the morning, by the clock of those who ask. */
export const schedule: Rule = ({ settings, use, production, timeZone }) => {
  const id = { id: 'schedule', title: 'Fewer tasks by night' }
  if (settings.schedule) return []
  const night = production ? 1 : 0
  const keep = Math.min(settings.min, settings.min > 1 ? 1 : night)
  if (settings.min <= keep) return [{ ...id, refused: 'there is one task, and none less can answer' }]
  if (!seenEnough(use) || !use.requestsByHour) {
    return [{ ...id, refused: 'nobody has measured a day of requests yet' }]
  }
  const quiet = quietHours(use.requestsByHour)
  if (!quiet)
    return [{ ...id, refused: 'no six hours in a row have less than a tenth of the busiest hour’s requests' }]
  const weekend = quietWeekend(use, timeZone)
  return [
    {
      ...id,
      change: {
        schedule_enabled: true,
        schedule_time_zone: timeZone,
        schedule_down: cronAt(quiet.from, use.to, timeZone),
        schedule_up: cronAt(quiet.to, use.to, timeZone, weekend && 'MON-FRI'),
        schedule_night_min_count: keep,
      },
      evidence: [
        `from ${quiet.from}:00 to ${quiet.to}:00 UTC at most ${round(quiet.most)} requests an hour, against ${round(quiet.busiest)} in the busiest`,
        ...(weekend ? [`on Saturdays and Sundays at most ${round(weekend.most)} requests an hour`] : []),
      ],
      risk: 'low',
      because: 'a busy night waits for autoscaling, which may go as far up as by day',
      availability: `${keep === 0 ? 'Nothing answers' : 'One task answers'} by night${weekend ? ' and at weekends' : ''}, without a standby; ${settings.min} again at ${quiet.to}:00 UTC${weekend ? ' on workdays' : ''}`,
      // Both forms of the target, as the way back replaces them too.
      replaces: [
        'aws_appautoscaling_target.app',
        'aws_appautoscaling_target.scheduled',
        'aws_appautoscaling_scheduled_action.night',
        'aws_appautoscaling_policy.use',
        'terraform_data.scaling_mode',
      ],
    },
  ]
}

/** An hour of UTC as a cron expression by another clock, as that clock went when it was measured. */
export function cronAt(hour: number, measured: string, timeZone: string, days?: string): string {
  const at = new Date(measured)
  at.setUTCHours(hour, 0, 0, 0)
  const [hours, minutes] = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
  })
    .format(at)
    .split(':')
  return `cron(${Number(minutes)} ${Number(hours)} ${days ? `? * ${days}` : '* * ?'} *)`
}

/** A weekend by the clock of those who ask, seen whole, with less than a tenth of the week's busiest hour. */
function quietWeekend(
  { requestsByHourOfWeek: byHour = [], to }: Use,
  timeZone: string,
): { most: number } | undefined {
  const busiest = Math.max(0, ...byHour.map((requests) => requests ?? 0))
  const ahead = hoursAhead(new Date(to), timeZone)
  const weekend = byHour.filter((_, hour) => [0, 6].includes(Math.floor(((hour + ahead + 168) % 168) / 24)))
  const seen = weekend.filter((requests) => requests !== null)
  if (busiest === 0 || seen.length < 48) return undefined
  const most = Math.max(...seen)
  return most < busiest / 10 ? { most } : undefined
}

/** By how many whole hours a clock is ahead of UTC. */
function hoursAhead(moment: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
  }).formatToParts(moment)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const there = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'))
  return Math.round((there - Math.floor(moment.getTime() / 3_600_000) * 3_600_000) / 3_600_000)
}

/** The longest run of hours, over midnight too, with less than a tenth of the busiest hour's requests. */
export function quietHours(
  byHour: readonly number[],
): { from: number; to: number; most: number; busiest: number } | undefined {
  const busiest = Math.max(...byHour)
  if (busiest === 0) return undefined
  const isQuiet = (hour: number) => byHour[hour % 24]! < busiest / 10
  let best: { from: number; length: number } | undefined
  for (let from = 0; from < 24; from++) {
    let length = 0
    while (length < 23 && isQuiet(from + length)) length++
    if (length >= 6 && length > (best?.length ?? 0)) best = { from, length }
  }
  if (!best) return undefined
  const hours = Array.from({ length: best.length }, (_, index) => byHour[(best.from + index) % 24]!)
  return { from: best.from, to: (best.from + best.length) % 24, most: Math.max(...hours), busiest }
}
