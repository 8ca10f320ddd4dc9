import { levels } from './entry'
import { checkPattern, checkRequest } from './wanted'

/** What `monitor logs` and `monitor --timeline` can be told. */
export const logFlags = {
  timeline: {
    type: 'boolean',
    help: 'Everything that happened, in one list: runbooks, deployments, tasks, scaling, alarms, log',
  },
  follow: { type: 'boolean', help: 'logs: and go on, until Ctrl-C' },
  'follow-logs': { type: 'boolean', help: 'The same as logs --follow' },
  grep: { type: 'string', value: 'REGEX', check: checkPattern, help: 'logs: only lines that match' },
  level: {
    type: 'string',
    value: 'LEVEL',
    choices: levels,
    help: `logs: of that level and worse: ${levels.join(', ')}`,
  },
  request: { type: 'string', value: 'ID', check: checkRequest, help: 'logs: of one request, or one session' },
} as const
