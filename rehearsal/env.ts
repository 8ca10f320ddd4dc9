import { delimiter, join } from 'node:path'
import { rehearsalDir } from './place.ts'
import { quote } from './quote.ts'
import { readState } from './state.ts'
import { pluginCache, terraformRc } from './terraform-rc.ts'
import { toolsFolder } from './tools.ts'
import { trustOnThisMachine } from './trust.ts'

export interface Environment {
  set: Record<string, string>
  /** What would lead somewhere else than to the rehearsal. */
  unset: string[]
}

/** What a program needs to work in a rehearsal from outside: where it is, whose account it plays, what leads there. */
export interface Surroundings extends Environment {
  dir: string
  account: string
}

/** Of the rehearsal that is up in this folder. */
export function surroundings(dir = rehearsalDir()): Surroundings {
  const leads = environment({ dir })
  return { dir, account: readState(dir)!.account, ...leads }
}

/** All that makes a command talk to the rehearsal instead of to AWS. */
export function environment({ dir = rehearsalDir(), path = process.env.PATH ?? '' } = {}): Environment {
  const state = readState(dir)
  if (!state) throw new Error('No rehearsal is up here: start one with `bun runbooks/rehearse.ts up`')
  const rc = terraformRc(dir)
  const tools = toolsFolder(dir)
  const others = path.split(delimiter).filter((folder) => folder && folder !== tools)
  return {
    set: {
      AWS_ENDPOINT_URL: state.urls.aws,
      AWS_ACCESS_KEY_ID: 'AKIAREHEARSAL0000000',
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      AWS_REGION: state.region,
      AWS_DEFAULT_REGION: state.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      TF_VAR_aws_max_retries: '3',
      TF_CLI_ARGS_apply: '-parallelism=40',
      TF_CLI_ARGS_destroy: '-parallelism=40',
      ...(rc && { TF_CLI_CONFIG_FILE: rc }),
      ...(!rc && !process.env.TF_PLUGIN_CACHE_DIR && { TF_PLUGIN_CACHE_DIR: pluginCache(dir) }),
      ...trustOnThisMachine(dir, process.env),
      // Journals and plans of a rehearsal stay in it.
      TRIA_RUNBOOKS_DIR: join(dir, 'runbooks'),
      OPENAI_API_KEY: 'sk-rehearsal-0000000000000000',
      PATH: [tools, ...others].join(delimiter),
    },
    unset: [
      'AWS_PROFILE',
      'AWS_DEFAULT_PROFILE',
      'AWS_SESSION_TOKEN',
      'AWS_SECURITY_TOKEN',
      'AWS_CA_BUNDLE',
      'AWS_ROLE_ARN',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
      'AWS_ENDPOINT_URL_S3',
      'AWS_ENDPOINT_URL_STS',
      'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
    ],
  }
}

/** For `eval "$(…)"` in sh, bash and zsh. */
export function shellLines({ set, unset }: Environment): string {
  const exports = Object.entries(set).map(([name, value]) => `export ${name}=${quote(value)}`)
  return `unset ${unset.join(' ')}\n${exports.join('\n')}\n`
}
