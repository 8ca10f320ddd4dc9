import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Redis as Client } from 'ioredis'
import { findProgram } from '../binaries.ts'
import { startChild } from '../children.ts'
import { freePort, until } from '../ports.ts'
import type { Authority } from './authority.ts'

/** One Redis server, as a replication group of one node has. */
export interface Redis {
  port: number
  pid: number
  admin: Client
  remove(): Promise<void>
}

export interface RedisSettings {
  hosts: string[]
  tls: boolean
  password?: string | undefined
  /** Redis's own parameters out of the parameter group, `maxmemory-policy` for one. */
  parameters: Record<string, string>
  maxmemory: number
}

export function redisProgram(): string {
  const found = findProgram('redis-server') ?? findProgram('valkey-server')
  if (!found) throw new Error('Redis is missing: no redis-server on PATH')
  return found
}

export async function startRedis(
  dir: string,
  authority: Authority,
  id: string,
  settings: RedisSettings,
): Promise<Redis> {
  const command = redisProgram()
  const port = await freePort()
  const args = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', join(dir, 'tls')]
  args.push('--maxmemory', String(settings.maxmemory))
  if (settings.tls) {
    const { certificate, key } = authority.issue(`redis-${id}`, [...settings.hosts, '127.0.0.1'])
    args.push('--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no')
    args.push('--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', authority.ca)
  } else {
    args.push('--port', String(port))
  }
  if (settings.password) args.push('--requirepass', settings.password)
  for (const [name, value] of Object.entries(settings.parameters)) args.push(`--${name}`, value)
  const child = startChild(dir, `redis-${id}`, [command, ...args])
  const admin = new Client({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    ...(settings.tls && { tls: { rejectUnauthorized: false } }),
    ...(settings.password && { password: settings.password }),
    retryStrategy: (times) => (child.alive() ? Math.min(50 * times, 2000) : null),
  })
  admin.on('error', () => {})
  await until(
    `Redis ${id}`,
    () =>
      admin.ping().then(
        () => true,
        () => false,
      ),
    { alive: child.alive },
  )
  return {
    port,
    pid: child.pid,
    admin,
    async remove() {
      admin.disconnect()
      await child.stop('SIGTERM', 3000)
      rmSync(join(dir, 'tls', `redis-${id}.key`), { force: true })
    },
  }
}
