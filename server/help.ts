import { defaults, type Variable } from './config.ts'

/** What each environment variable says; `defaults` has what it is when nobody says it. */
const variables = {
  PORT: 'port to answer at',
  HOST: 'address to listen at',
  ENVIRONMENT: 'staging, production, ...: what logs and metrics are labelled with',
  LOG_LEVEL: 'debug, info, warn or error',
  COMMIT: 'commit that the image was built from, for logs and metrics',
  DATABASE_URL: 'postgres://...; without it an embedded SQLite database keeps the conversations',
  PGSSLROOTCERT: "file with the database's certificate authority, for sslmode=verify-full",
  SQLITE_PATH: 'file of the embedded database; :memory: forgets everything at the end',
  REPLICAS: 'how many servers answer at this address; more than 1 needs DATABASE_URL',
  REDIS_URL: 'redis://... or rediss://...: what replicas share; without it each limits and caches for itself',
  OPENAI_API_KEY: 'without it answers are extracts of the policy documents',
  OPENAI_MODEL: 'model that answers',
  OPENAI_FALLBACK_MODEL: 'model that answers when the first one fails',
  OPENAI_BASE_URL: 'another address that speaks the same API',
  SECRET_KEY: 'key of the pseudonyms in logs and limits; at least 16 characters, the same for all replicas',
  ADMIN_TOKEN: 'bearer token of /api/admin/...; at least 16 characters, without it these answer 404',
  TRUSTED_PROXY_HOPS:
    "proxies in front: the client is this many from the right of X-Forwarded-For; a load balancer's is 1",
  MAX_BODY_BYTES: 'largest request body',
  MAX_MESSAGE_LENGTH: 'longest message, in characters',
  RATE_LIMIT_PER_SESSION: 'requests a minute of one session; 0 for no limit',
  RATE_LIMIT_PER_ADDRESS: 'requests a minute of one client address; 0 for no limit',
  CACHE_TTL_SECONDS: 'how long an answer may come from the cache',
  RETENTION_DAYS: 'how long after its last message a conversation is erased',
  DRAIN_SECONDS: 'how long requests are still accepted after SIGTERM',
  EMF_SECONDS: 'seconds between lines of metrics for CloudWatch, 0 for never; 60 outside development',
  STOP_SECONDS: 'how long after SIGTERM the process ends at the latest',
} satisfies Record<Variable, string>

export const help = `The chatbot of tria-aibpo: answers customers' questions from the policies in server/knowledge.

Usage: bun server/main.ts [command]

Commands:
  serve     answer at PORT until SIGTERM or Ctrl-C (the default)
  migrate   bring the database at DATABASE_URL to this version's schema
  health    ask the server at PORT whether it is alive: exit code 0 or 1

Environment, all of it optional:
${Object.entries(variables)
  .map(([name, text]) => `  ${name.padEnd(23)} ${text}${shown(defaults[name as Variable])}`)
  .join('\n')}

The page is at /, the API's documentation at /docs, metrics for Prometheus at /metrics.
`

function shown(value: string | undefined): string {
  return value === undefined ? '' : ` (default ${value})`
}
