const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/**
 * The minutes after Sunday midnight at which an AWS schedule such as `cron(0 21 ? * MON-FRI *)` fires, in its own
 * time zone. Undefined for what has no weekly rhythm: a rate, one moment, days of the month, months.
 */
export function minutesOfWeek(schedule: string): number[] | undefined {
  const fields = /^cron\((.+)\)$/.exec(schedule.trim())?.[1]?.trim().split(/\s+/)
  if (fields?.length !== 6) return undefined
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if (![dayOfMonth, month, year].every((each) => each === '*' || each === '?')) return undefined
  const minutes = expand(minute, 0, 59)
  const hours = expand(hour, 0, 23)
  // AWS counts days from 1, Sunday.
  const weekdays = expand(
    dayOfWeek.toUpperCase().replace(/[A-Z]{3}/g, (day) => String(days.indexOf(day) + 1)),
    1,
    7,
  )
  if (!minutes || !hours || !weekdays) return undefined
  return weekdays.flatMap((day) =>
    hours.flatMap((at) => minutes.map((past) => (day - 1) * 1440 + at * 60 + past)),
  )
}

/** `*`, `?`, `5`, `1-5`, `1,3`, `0/15`. */
function expand(field: string, from: number, to: number): number[] | undefined {
  if (field === '*' || field === '?') return range(from, to, 1)
  const found: number[] = []
  for (const part of field.split(',')) {
    const match = /^(?:(\d+)(?:-(\d+))?|\*)(?:\/(\d+))?$/.exec(part)
    if (!match) return undefined
    const [, first, last, step] = match
    const start = first === undefined ? from : Number(first)
    const end = last !== undefined ? Number(last) : step !== undefined ? to : start
    if (start < from || end > to || start > end || step === '0') return undefined
    found.push(...range(start, end, Number(step ?? 1)))
  }
  return [...new Set(found)]
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)
}
