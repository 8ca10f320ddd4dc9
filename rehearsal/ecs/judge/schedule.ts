/** A moment as the clock of a time zone shows it. */
interface Clock {
  minute: number
  hour: number
  day: number
  month: number
  year: number
  /** 1 is Sunday, as in AWS's expressions. */
  weekday: number
  daysInMonth: number
}

/**
 * Whether a schedule falls into the minute that holds the moment: `cron(minute hour day month weekday year)` by the
 * clock of its zone, `rate(n unit)` from its creation, `at(local time)`.
 */
export function isDue(schedule: string, timeZone: string, moment: Date, created: Date): boolean {
  const [, kind, body = ''] = /^(cron|rate|at)\((.*)\)$/.exec(schedule.trim()) ?? []
  if (kind === 'cron') return matchesCron(body.trim().split(/\s+/), clockOf(moment, timeZone))
  if (kind === 'rate') return isMultiple(body, moment, created)
  if (kind === 'at') return body.slice(0, 16) === localMinute(clockOf(moment, timeZone))
  return false
}

function matchesCron(fields: string[], clock: Clock): boolean {
  if (fields.length !== 6) return false
  const [minute, hour, day, month, weekday, year] = fields as [string, string, string, string, string, string]
  return (
    matches(minute, clock.minute, 0) &&
    matches(hour, clock.hour, 0) &&
    matches(month, clock.month, 1, months) &&
    matches(year, clock.year, 1970) &&
    (day === '?' || (day === 'L' ? clock.day === clock.daysInMonth : matches(day, clock.day, 1))) &&
    (weekday === '?' || matches(weekday, clock.weekday, 1, weekdays))
  )
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** Lists, ranges, steps and names. */
function matches(field: string, value: number, first: number, names: string[] = []): boolean {
  const number = (text: string) =>
    names.includes(text.toUpperCase()) ? names.indexOf(text.toUpperCase()) + 1 : Number(text)
  return field.split(',').some((part) => {
    const [range = '*', step] = part.split('/')
    const [from = '*', to] = range.split('-')
    const low = from === '*' ? first : number(from)
    const high = to !== undefined ? number(to) : from === '*' || step ? Number.POSITIVE_INFINITY : low
    return value >= low && value <= high && (value - low) % Number(step ?? 1) === 0
  })
}

const minutesOf: Record<string, number> = { minute: 1, hour: 60, day: 1440 }

function isMultiple(body: string, moment: Date, created: Date): boolean {
  const [, count, unit] = /^(\d+)\s+(minute|hour|day)s?$/.exec(body.trim()) ?? []
  if (!count || !unit) return false
  const passed = Math.floor(moment.getTime() / 60_000) - Math.floor(created.getTime() / 60_000)
  return passed > 0 && passed % (Number(count) * minutesOf[unit]!) === 0
}

function clockOf(moment: Date, timeZone: string): Clock {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(moment)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const [year, month, day] = [of('year'), of('month'), of('day')]
  return {
    minute: of('minute'),
    hour: of('hour'),
    day,
    month,
    year,
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1,
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
  }
}

const two = (value: number) => String(value).padStart(2, '0')
const localMinute = (it: Clock) =>
  `${it.year}-${two(it.month)}-${two(it.day)}T${two(it.hour)}:${two(it.minute)}`
