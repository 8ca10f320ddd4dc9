import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { defaults, parseConfig } from '../../../server/config.ts'
import { patience } from './support/ports.ts'
import { run } from './support/server.ts'

setDefaultTimeout(patience)

describe('a wrong configuration is named in one line, without its value, and ends with exit code 1', () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ PORT: 'eighty' }, /^Wrong configuration: PORT must be a whole number/],
    [{ PORT: '70000' }, /PORT must be at most 65535/],
    [{ DATABASE_URL: 'mysql://u:hunter2@h/db' }, /DATABASE_URL must be a URL that starts with postgres:\/\//],
    [{ DATABASE_URL: 'postgres://u:hunter2@h' }, /DATABASE_URL names no database/],
    [{ DATABASE_URL: 'postgres://u:hunter2@h/d?sslmode=perhaps' }, /DATABASE_URL has an sslmode/],
    [
      { DATABASE_URL: 'postgres://u:hunter2@h/d', PGSSLROOTCERT: '/nowhere.pem' },
      /PGSSLROOTCERT cannot be read/,
    ],
    [{ REDIS_URL: 'localhost:6379' }, /REDIS_URL must be a URL that starts with redis:\/\/ or rediss:\/\//],
    [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL must be debug, info, warn or error/],
    [{ SECRET_KEY: 'short-hunter2' }, /SECRET_KEY must have at least 16 characters/],
    [{ REPLICAS: '2' }, /REPLICAS is above 1 but DATABASE_URL is not set/],
    [{ DRAIN_SECONDS: '30' }, /DRAIN_SECONDS must be below STOP_SECONDS/],
    [{ PORT: 'x', LOG_LEVEL: 'y' }, /PORT .*; LOG_LEVEL /],
  ]
  test.each(cases)('%j', async (env, line) => {
    const { code, stderr, stdout } = await run(['serve'], env)
    expect(code).toBe(1)
    expect(stderr).toMatch(line)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr + stdout).not.toContain('hunter2')
  })

  test('an unknown command is a usage error', async () => {
    const { code, stderr } = await run(['serv'])
    expect([code, stderr.trim()]).toEqual([
      2,
      'Unknown command: serv; there are serve, migrate, health, and --help',
    ])
  })

  test('parseConfig: a variable set to nothing counts as not set', () => {
    const config = parseConfig({ DATABASE_URL: '', REDIS_URL: ' ', OPENAI_API_KEY: '', PORT: '' })
    expect([config.database, config.redis, config.model, config.port]).toEqual([
      undefined,
      undefined,
      undefined,
      8080,
    ])
  })
})

describe('--help', () => {
  test('names every variable with what it is by default, and starts nothing', async () => {
    const { code, stdout } = await run(['--help'], { PORT: 'eighty' })
    expect(code).toBe(0)
    for (const [name, value] of Object.entries(defaults)) {
      const line = stdout.split('\n').find((one) => one.trim().startsWith(`${name} `))
      expect(line, name).toBeDefined()
      if (value !== undefined) expect(line).toEndWith(`(default ${value})`)
    }
  })
})
