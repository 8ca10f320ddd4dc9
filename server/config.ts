import * as v from 'valibot'

/** An environment variable that is set to nothing counts as not set: templates often render an empty string. */
const unset = (env: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))

const whole = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d+$/, `must be a whole number from ${least} to ${most}`),
    v.transform(Number),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  )

const url = (...schemes: string[]) =>
  v.pipe(
    v.string(),
    v.check(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `must be a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    ),
  )

const Environment = v.object({
  PORT: v.optional(whole(0, 65535), '8080'),
  HOST: v.optional(v.string(), '0.0.0.0'),
  ENVIRONMENT: v.optional(v.string(), 'development'),
  LOG_LEVEL: v.optional(
    v.picklist(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error'),
    'info',
  ),
  COMMIT: v.optional(v.string(), 'unknown'),
  DATABASE_URL: v.optional(url('postgres:', 'postgresql:')),
  PGSSLROOTCERT: v.optional(v.string()),
  SQLITE_PATH: v.optional(v.string(), ':memory:'),
  REPLICAS: v.optional(whole(1, 1000), '1'),
  REDIS_URL: v.optional(url('redis:', 'rediss:')),
  OPENAI_API_KEY: v.optional(v.string()),
  OPENAI_MODEL: v.optional(v.string(), 'gpt-4.1-mini'),
  OPENAI_FALLBACK_MODEL: v.optional(v.string(), 'gpt-4o-mini'),
  OPENAI_BASE_URL: v.optional(url('http:', 'https:')),
  SECRET_KEY: v.optional(v.pipe(v.string(), v.minLength(16, 'must have at least 16 characters'))),
  ADMIN_TOKEN: v.optional(v.pipe(v.string(), v.minLength(16, 'must have at least 16 characters'))),
  TRUSTED_PROXY_HOPS: v.optional(whole(0, 10), '0'),
  MAX_BODY_BYTES: v.optional(whole(256, 10_000_000), '65536'),
  MAX_MESSAGE_LENGTH: v.optional(whole(1, 100_000), '2000'),
  RATE_LIMIT_PER_SESSION: v.optional(whole(0, 1_000_000), '60'),
  RATE_LIMIT_PER_ADDRESS: v.optional(whole(0, 10_000_000), '600'),
  CACHE_TTL_SECONDS: v.optional(whole(1, 2_592_000), '86400'),
  RETENTION_DAYS: v.optional(whole(1, 3650), '90'),
  DRAIN_SECONDS: v.optional(whole(0, 60), '5'),
  /** Every how many seconds a line of metrics for CloudWatch is logged; 0 for never. */
  EMF_SECONDS: v.optional(whole(0, 3600)),
  STOP_SECONDS: v.optional(whole(1, 110), '25'),
})

export type Variable = keyof typeof Environment.entries

/** What a variable is when nobody says it; undefined where that is nothing. */
export const defaults = Object.fromEntries(
  Object.entries(Environment.entries).map(([name, entry]) => [name, entry.default as string | undefined]),
) as Record<Variable, string | undefined>

export type Config = ReturnType<typeof parseConfig>

/** Thrown once, at start, with every variable that is wrong in one line. */
export class ConfigError extends Error {}

/** Reads the environment once. A wrong variable is named, its value never shown: it may be a secret. */
export function parseConfig(source: Record<string, string | undefined>) {
  const parsed = v.safeParse(Environment, unset(source))
  if (!parsed.success) {
    const wrong = parsed.issues.map((issue) => `${v.getDotPath(issue)} ${issue.message}`)
    throw new ConfigError(`Wrong configuration: ${[...new Set(wrong)].join('; ')}`)
  }
  const env = parsed.output
  if (env.REPLICAS > 1 && !env.DATABASE_URL) {
    throw new ConfigError(
      'Wrong configuration: REPLICAS is above 1 but DATABASE_URL is not set; the embedded database belongs to one process',
    )
  }
  if (env.DRAIN_SECONDS >= env.STOP_SECONDS) {
    throw new ConfigError('Wrong configuration: DRAIN_SECONDS must be below STOP_SECONDS')
  }
  return {
    port: env.PORT,
    host: env.HOST,
    environment: env.ENVIRONMENT,
    logLevel: env.LOG_LEVEL,
    commit: env.COMMIT,
    database: env.DATABASE_URL,
    databaseCa: env.PGSSLROOTCERT,
    sqlitePath: env.SQLITE_PATH,
    redis: env.REDIS_URL,
    model: env.OPENAI_API_KEY
      ? {
          key: env.OPENAI_API_KEY,
          name: env.OPENAI_MODEL,
          fallback: env.OPENAI_FALLBACK_MODEL,
          baseUrl: env.OPENAI_BASE_URL,
        }
      : undefined,
    secretKey: env.SECRET_KEY,
    adminToken: env.ADMIN_TOKEN,
    trustedProxyHops: env.TRUSTED_PROXY_HOPS,
    maxBodyBytes: env.MAX_BODY_BYTES,
    maxMessageLength: env.MAX_MESSAGE_LENGTH,
    perSession: env.RATE_LIMIT_PER_SESSION,
    perAddress: env.RATE_LIMIT_PER_ADDRESS,
    cacheTtlSeconds: env.CACHE_TTL_SECONDS,
    retentionDays: env.RETENTION_DAYS,
    // A terminal is no place for CloudWatch's lines.
    emfSeconds: env.EMF_SECONDS ?? (env.ENVIRONMENT === 'development' ? 0 : 60),
    drainMs: env.DRAIN_SECONDS * 1000,
    stopMs: env.STOP_SECONDS * 1000,
  }
}
