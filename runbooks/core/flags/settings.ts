import { Usage } from '../errors'
import { checkEnvironment, common } from './common'
import type { Parsed } from './parse'
import { regionOfProfile } from './profile'
import { checkRegion } from './regions'
import { complaint, validate } from './validate'

/** What the common flags say. */
export interface Settings {
  environment: string
  region: string | undefined
  profile: string | undefined
  dryRun: boolean
  yes: boolean
  json: boolean
  verbose: boolean
}

/** Flags first, then the environment variables that the AWS CLI and TRIA know, then the AWS profile, then the default. */
export function settle(given: Parsed, env: Record<string, string | undefined>): Settings {
  const environment = given.environment ?? fromEnvironment('TRIA_ENVIRONMENT', env, checkEnvironment)
  const values = validate({ ...given, environment }, common)
  const profile = (values.profile as string | undefined) ?? (env.AWS_PROFILE || undefined)
  return {
    environment: values.environment as string,
    region:
      (values.region as string | undefined) ?? inherited(env) ?? regionOfProfile(profile ?? 'default', env),
    profile,
    dryRun: values.dryRun === true,
    yes: values.yes === true,
    json: values.json === true,
    verbose: values.verbose === true,
  }
}

/** A called runbook's: its caller's, except for what the call says otherwise. */
export function nestedSettings(around: Settings, given: Parsed): Settings {
  const said = Object.entries(given).filter(
    ([key, value]) => Object.hasOwn(around, key) && value !== undefined,
  )
  return { ...around, ...Object.fromEntries(said) }
}

function inherited(env: Record<string, string | undefined>): string | undefined {
  return (
    fromEnvironment('AWS_REGION', env, checkRegion) ?? fromEnvironment('AWS_DEFAULT_REGION', env, checkRegion)
  )
}

/** A variable's bad value is blamed on the variable: the person did not type it here. */
function fromEnvironment(
  name: string,
  env: Record<string, string | undefined>,
  check: (value: string) => string | undefined,
): string | undefined {
  const value = env[name]
  if (!value) return undefined
  const wrong = check(value)
  if (wrong) throw new Usage(complaint(name, value, wrong), { next: `unset ${name}` })
  return value
}
