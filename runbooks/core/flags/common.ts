import type { BooleanOption, StringOption } from './options'
import { checkRegion } from './regions'

/** The longest name an environment can have: `tria-aibpo-<name>-alb` must fit in a load balancer's 32 characters. */
const longest = 17

export function checkEnvironment(name: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    return 'must be lower-case letters, digits and single hyphens, beginning with a letter'
  }
  if (name.length > longest) return `must be at most ${longest} characters, for AWS names to fit`
  return undefined
}

/** The flags every runbook has. */
export const common = {
  environment: {
    type: 'string',
    value: 'NAME',
    default: 'staging',
    help: 'Which environment (default staging, or TRIA_ENVIRONMENT)',
    check: checkEnvironment,
  },
  region: {
    type: 'string',
    value: 'REGION',
    help: 'AWS region (default: AWS_REGION or the profile)',
    check: checkRegion,
  },
  profile: { type: 'string', value: 'NAME', help: 'Profile of ~/.aws to use (default: AWS_PROFILE)' },
  'dry-run': {
    type: 'boolean',
    help: 'Look at everything, change nothing, and print each change with its command',
  },
  yes: { type: 'boolean', help: 'Answer yes to every confirmation (for pipelines)' },
  json: { type: 'boolean', help: 'NDJSON events on stdout and nothing else; the last one is the result' },
  verbose: { type: 'boolean', help: 'Show every command that is run, with its output' },
  help: { type: 'boolean', help: 'This text' },
} as const satisfies Record<string, StringOption | BooleanOption>
