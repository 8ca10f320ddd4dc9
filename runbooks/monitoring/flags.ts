import { checkEnvironment } from '../core/flags/common'
import { checkSince } from './window'

/** What `monitor` can be told about metrics and alarms. */
export const monitorFlags = {
  once: {
    type: 'boolean',
    help: 'Look once; exit code 3 when something is over its threshold, or not known',
  },
  since: {
    type: 'string',
    value: 'TIME',
    check: checkSince,
    help: 'How far back: 30m, 6h, 7d (default 1h; logs 10m)',
  },
  interval: {
    type: 'integer',
    value: 'SECONDS',
    default: 10,
    min: 2,
    max: 3600,
    help: 'Seconds between two looks of the board (default 10)',
  },
  also: {
    type: 'string',
    value: 'NAME',
    repeatable: true,
    check: checkEnvironment,
    help: 'A further environment; may be given several times',
  },
  report: {
    type: 'string',
    value: 'FILE.html',
    help: 'Look once, and write a page with charts and what happened',
  },
  maintenance: {
    type: 'string',
    value: 'LIST',
    choices: ['weekly', 'monthly'],
    help: "The guide's list of that name (7.4), as checks with findings",
  },
  'test-alert': { type: 'boolean', help: 'With alarms: set one off, to see that it arrives' },
} as const

/** What was asked for, as far as one thing excludes another. */
interface Asked {
  what?: string | undefined
  timeline: boolean
  followLogs: boolean
  once: boolean
  report?: string | undefined
  also: readonly string[]
  maintenance?: string | undefined
  testAlert: boolean
  follow: boolean
  request?: string | undefined
}

/** A flag that would be passed over in silence: it belongs to something else than what is shown. */
export function strayFlag(asked: Asked): string | undefined {
  const shown = asked.followLogs ? 'logs' : asked.timeline ? '--timeline' : (asked.what ?? 'metrics')
  const belongs: [flag: string, given: boolean, to: string][] = [
    ['--once', asked.once, 'metrics'],
    ['--report', asked.report !== undefined, 'metrics'],
    ['--also', asked.also.length > 0, 'metrics'],
    ['--maintenance', asked.maintenance !== undefined, 'metrics'],
    ['--test-alert', asked.testAlert, 'alarms'],
    ['--follow', asked.follow, 'logs'],
    ['--request', asked.request !== undefined, 'logs'],
  ]
  const stray = belongs.find(([, given, to]) => given && to !== shown)
  return stray && `${stray[0]}: it goes with ${stray[2]}, and ${shown} is asked for`
}

/** What asks for the same again, in another environment. */
export function shownBy(asked: Asked): string {
  if (asked.what || asked.followLogs) return ` ${asked.what ?? 'logs'}`
  if (asked.maintenance) return ` --maintenance ${asked.maintenance}`
  return asked.timeline ? ' --timeline' : asked.once ? ' --once' : ''
}
