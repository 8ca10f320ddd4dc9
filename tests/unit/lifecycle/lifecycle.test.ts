import { afterEach, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateReplicationGroupCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache'
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { down } from '../../../rehearsal/down.ts'
import { environment } from '../../../rehearsal/env.ts'
import { living } from '../../../rehearsal/pids.ts'
import { clone } from '../../../rehearsal/place.ts'
import { readState, type State } from '../../../rehearsal/state.ts'
import { status } from '../../../rehearsal/status.ts'
import { up } from '../../../rehearsal/up.ts'
import { lives, place, processesOf } from './places.ts'

let places: ReturnType<typeof place>[] = []
const newPlace = () => {
  const made = place()
  places.push(made)
  return made.dir
}
afterEach(async () => {
  for (const it of places) await it.remove()
  places = []
}, 60_000)

const settings = (state: State) => ({
  endpoint: state.urls.aws,
  region: state.region,
  credentials: { accessKeyId: 'k', secretAccessKey: 's' },
})

async function withStores(state: State) {
  await withDatabase(state)
  await withCache(state)
}

async function withDatabase(state: State) {
  await new RDSClient(settings(state)).send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'one',
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      MasterUsername: 'one',
      MasterUserPassword: 'a-good-password',
      AllocatedStorage: 20,
    }),
  )
}

async function withCache(state: State) {
  await new ElastiCacheClient(settings(state)).send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: 'two',
      ReplicationGroupDescription: 'two',
      Engine: 'redis',
      CacheNodeType: 'cache.t4g.micro',
      TransitEncryptionEnabled: true,
    }),
  )
}

describe('up and down', () => {
  test('up answers when it returns, twice is once, and down leaves no process and no data', async () => {
    const dir = newPlace()
    const waited: string[] = []
    const state = await up({ dir, say: (line) => waited.push(line) })
    expect(waited.some((line) => line.startsWith('waiting for moto'))).toBe(true)
    expect((await new STSClient(settings(state)).send(new GetCallerIdentityCommand({}))).Account).toBe(
      '123456789012',
    )
    expect((await up({ dir })).pid).toBe(state.pid)
    await withStores(state)
    const pids = living(dir).map(({ pid }) => pid)
    expect(pids.length).toBeGreaterThanOrEqual(4)
    expect(await down({ dir })).toContain('daemon')
    expect(pids.filter(lives)).toEqual([])
    expect(processesOf(dir)).toEqual([])
    expect(readState(dir)).toBeUndefined()
    expect(readdirSync(dir)).not.toContain('data')
    expect(await down({ dir })).toEqual([])
  }, 90_000)

  test('several ups at once are one rehearsal', async () => {
    const dir = newPlace()
    const states = await Promise.all([up({ dir }), up({ dir }), up({ dir })])
    expect(new Set(states.map(({ pid }) => pid)).size).toBe(1)
    expect(living(dir).filter(({ name }) => name === 'moto')).toHaveLength(1)
  }, 90_000)

  test('two places are two rehearsals that do not meet', async () => {
    const [one, two] = [newPlace(), newPlace()]
    const [a, b] = await Promise.all([up({ dir: one }), up({ dir: two })])
    expect(a.urls.aws).not.toBe(b.urls.aws)
    await withCache(a)
    expect((await status({ dir: one })).parts.map(({ name }) => name)).toContain('redis-two')
    expect((await status({ dir: two })).parts.map(({ name }) => name)).not.toContain('redis-two')
    await down({ dir: one })
    const identity = await new STSClient(settings(b)).send(new GetCallerIdentityCommand({}))
    expect(identity.Account).toBe('123456789012')
  }, 90_000)

  test('kill -9 of the daemon, then down: no process is left', async () => {
    const dir = newPlace()
    const state = await up({ dir })
    await withStores(state)
    const pids = living(dir).map(({ pid }) => pid)
    process.kill(state.pid, 'SIGKILL')
    await Bun.sleep(200)
    const seen = await status({ dir })
    expect(seen.up).toBe(false)
    expect(seen.parts.map(({ name }) => name)).toContain('postgres-one')
    expect((await down({ dir })).sort()).toEqual(['moto', 'postgres-one', 'redis-two'])
    expect(pids.filter(lives)).toEqual([])
    expect(processesOf(dir)).toEqual([])
  }, 90_000)

  test('kill -9 of the daemon, then up: a fresh one, and nothing of the old', async () => {
    const dir = newPlace()
    const first = await up({ dir })
    await withCache(first)
    const old = living(dir).map(({ pid }) => pid)
    process.kill(first.pid, 'SIGKILL')
    const said: string[] = []
    const second = await up({ dir, say: (line) => said.push(line) })
    expect(said.some((line) => line.startsWith('cleaned up after a rehearsal that crashed'))).toBe(true)
    expect(second.pid).not.toBe(first.pid)
    expect(old.filter(lives)).toEqual([])
  }, 90_000)

  test('SIGINT and SIGTERM to the daemon are a down', async () => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      const dir = newPlace()
      const state = await up({ dir })
      await withCache(state)
      const pids = living(dir).map(({ pid }) => pid)
      process.kill(state.pid, name)
      for (let tries = 0; pids.some(lives) && tries < 100; tries++) await Bun.sleep(100)
      expect(pids.filter(lives)).toEqual([])
      expect(existsSync(join(dir, 'state.json'))).toBe(false)
    }
  }, 90_000)

  test('whoever is interrupted while it starts leaves no process', async () => {
    const dir = newPlace()
    const script = `import { up } from ${JSON.stringify(join(clone, 'rehearsal/up.ts'))}; await up({ say: console.log }).catch(() => {})`
    const starting = Bun.spawn([process.execPath, '-e', script], {
      env: { ...process.env, TRIA_REHEARSAL_DIR: dir },
      stdout: 'pipe',
    })
    await starting.stdout.getReader().read()
    const pids = living(dir).map(({ pid }) => pid)
    starting.kill('SIGINT')
    await starting.exited
    for (let tries = 0; living(dir).length > 0 && tries < 100; tries++) await Bun.sleep(100)
    expect(pids.length).toBeGreaterThan(0)
    expect(pids.filter(lives)).toEqual([])
    expect(processesOf(dir)).toEqual([])
  }, 60_000)

  test('a rehearsal that is somebody’s own goes with him, also when he is killed', async () => {
    const dir = newPlace()
    const script = `import { up } from ${JSON.stringify(join(clone, 'rehearsal/up.ts'))}; await up({ mine: true }); console.log('up'); await Bun.sleep(60_000)`
    const owner = Bun.spawn([process.execPath, '-e', script], {
      env: { ...process.env, TRIA_REHEARSAL_DIR: dir },
      stdout: 'pipe',
    })
    await owner.stdout.getReader().read()
    expect(readState(dir)).toBeDefined()
    owner.kill('SIGKILL')
    await owner.exited
    expect(readState(dir)).toBeUndefined()
    for (let tries = 0; living(dir).length > 0 && tries < 150; tries++) await Bun.sleep(100)
    expect(living(dir)).toEqual([])
    expect(processesOf(dir)).toEqual([])
  }, 60_000)

  test('what cannot start says why, and leaves nothing', async () => {
    const dir = newPlace()
    const path = process.env.PATH
    process.env.PATH = '/nonexistent'
    const outcome = await up({ dir }).catch((error: Error) => error.message)
    process.env.PATH = path
    expect(outcome).toMatch(/^Start the rehearsal: .*missing/)
    expect(living(dir)).toEqual([])
  }, 90_000)
})

describe('environment', () => {
  test('is a sentence when nothing is up', () => {
    expect(() => environment({ dir: newPlace() })).toThrow('No rehearsal is up here')
  })

  test('leads docker, the SDK and Terraform here', async () => {
    const dir = newPlace()
    const state = await up({ dir })
    const { set, unset } = environment({ dir, path: '/usr/bin:/bin' })
    expect(set.AWS_ENDPOINT_URL).toBe(state.urls.aws)
    expect(set.PATH).toBe(`${join(dir, 'bin')}:/usr/bin:/bin`)
    expect(unset).toContain('AWS_PROFILE')
    expect(readFileSync(join(dir, 'bin', 'docker'), 'utf8')).toContain('rehearsal/docker/main.ts')
    const docker = Bun.spawnSync(['docker', 'info', '-f', '{{.ServerVersion}}'], {
      env: { PATH: set.PATH ?? '' },
      cwd: '/',
    })
    expect(docker.exitCode).toBe(0)
    expect(environment({ dir, path: set.PATH ?? '' }).set.PATH).toBe(set.PATH ?? '')
  }, 90_000)
})
