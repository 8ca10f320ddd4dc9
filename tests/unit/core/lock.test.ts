import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { thisProcess } from '../../../runbooks/core/lock/holder'
import { abandoned, type Lock, Locks } from '../../../runbooks/core/lock/lock'
import { localObjects } from '../../../runbooks/core/objects/local'
import type { Objects } from '../../../runbooks/core/objects/objects'
import { bucketObjects } from '../../../runbooks/core/objects/s3'
import { eventually, run, start, temporaryFolder } from './fixture'
import { bucket, startAws } from './moto'

const folder = temporaryFolder()
let aws: Awaited<ReturnType<typeof startAws>>
beforeAll(async () => {
  aws = await startAws(folder.path)
}, 90_000)
afterAll(async () => {
  await aws?.stop()
  folder[Symbol.dispose]()
})

const inBucket = async () => (await bucketObjects({ client: () => aws.s3 as never }, bucket))!

/** Both places a lock can be in keep the same promises. */
const places: [string, { prepare(): Promise<void>; store(home: string): Promise<Objects> }][] = [
  ['the state bucket', { prepare: () => aws.createBucket(), store: inBucket }],
  [
    'the local folder, while there is no bucket',
    { prepare: async () => {}, store: async (home) => localObjects(home) },
  ],
]

describe.each(places)('a lock in %s', (_, place) => {
  let home: ReturnType<typeof temporaryFolder>
  let env: Record<string, string>
  beforeEach(async () => {
    home = temporaryFolder()
    env = aws.environment(home.path)
    await aws.reset()
    await place.prepare()
  })

  test('of two processes at once, one works and the other is refused with a sentence', async () => {
    const file = join(home.path, 'held')
    const ended = await Promise.all([1, 2].map(() => run('holding', ['--ms', '1500', '--file', file], env)))
    expect(ended.map(({ exitCode }) => exitCode).sort()).toEqual([0, 4])
    expect(readFileSync(file, 'utf8')).toMatch(/^in (\w+)\nout \1\n$/)
    const refused = ended.find(({ exitCode }) => exitCode === 4)!
    expect(refused.stderr).toMatch(
      /staging is locked: holding by arn:aws:\S+ \(tester@\S+\) since 20\S+ \(\S+ ago\); free at 20\S+ at/,
    )
    expect(refused.stderr).toContain(`Next: bun runbooks/holding.ts --ms 1500 --file ${file}`)
  }, 30_000)

  test('is given back at the end, and the next run has it', async () => {
    expect((await run('holding', [], env)).exitCode).toBe(0)
    expect(await (await place.store(home.path)).get('locks/staging.json')).toBeUndefined()
    expect((await run('holding', [], env)).exitCode).toBe(0)
  }, 30_000)

  test('is one for each environment', async () => {
    const file = join(home.path, 'held')
    const other = start('holding', ['--ms', '3000', '--file', file, '--environment', 'dev'], env)
    await eventually(() => existsSync(file))
    expect((await run('holding', [], env)).exitCode).toBe(0)
    expect(other.exitCode).toBeNull()
    other.kill()
    await other.exited
  }, 30_000)

  test('is shared with a called runbook', async () => {
    const { stdout, exitCode } = await run('holding', ['--nested', '--json'], env)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('"data":{"nested":0}')
  }, 30_000)

  test('is not taken by a dry run', async () => {
    const file = join(home.path, 'held')
    const holder = start('holding', ['--ms', '4000', '--file', file], env)
    await eventually(() => existsSync(file))
    expect((await run('holding', ['--dry-run'], env)).exitCode).toBe(0)
    holder.kill()
    expect(await holder.exited).toBe(130)
    expect(await (await place.store(home.path)).get('locks/staging.json')).toBeUndefined()
  }, 30_000)

  test('of a run that was killed with -9 on this machine is taken over at once, and said so', async () => {
    const file = join(home.path, 'held')
    const killed = start('holding', ['--ms', '60000', '--file', file], env)
    await eventually(() => existsSync(file))
    killed.kill('SIGKILL')
    await killed.exited
    const next = await run('holding', [], env)
    expect(next.exitCode).toBe(0)
    expect(next.stdout).toContain('Took over the lock of staging: it was left by holding by arn:aws:')
  }, 30_000)

  const foreign = (until: number): Lock => ({
    environment: 'staging',
    who: 'arn:aws:iam::123456789012:user/alice (alice@laptop)',
    what: 'deploy',
    run: 'abcdef01',
    since: new Date(Date.now() - 60_000).toISOString(),
    until: new Date(until).toISOString(),
    host: 'laptop',
    pid: 1,
    started: undefined,
  })

  test('of another machine is respected until it expires', async () => {
    const store = await place.store(home.path)
    await store.put('locks/staging.json', JSON.stringify(foreign(Date.now() + 60_000)))
    const held = await run('holding', [], env)
    expect(held.exitCode).toBe(4)
    expect(held.stderr.replaceAll(/\s+/g, ' ')).toContain(
      'deploy by arn:aws:iam::123456789012:user/alice (alice@laptop)',
    )
    await store.put('locks/staging.json', JSON.stringify(foreign(Date.now() - 60_000)))
    expect((await run('holding', [], env)).exitCode).toBe(0)
  }, 30_000)

  test('that nobody can read blocks nobody', async () => {
    await (await place.store(home.path)).put('locks/staging.json', 'half a')
    expect((await run('holding', [], env)).exitCode).toBe(0)
  }, 30_000)

  test('of many conditional writers of one version, one wins', async () => {
    const store = await place.store(home.path)
    const created = await Promise.all(
      Array.from({ length: 8 }, (_, n) => store.create('locks/x.json', `${n}`)),
    )
    const version = created.find(Boolean)!
    expect(created.filter(Boolean)).toHaveLength(1)
    const replaced = await Promise.all(
      Array.from({ length: 8 }, (_, n) => store.replace('locks/x.json', `new ${n}`, version)),
    )
    expect(replaced.filter(Boolean)).toHaveLength(1)
    await store.remove('locks/x.json', version)
    expect((await store.get('locks/x.json'))?.version).toBe(replaced.find(Boolean)!)
    expect(await store.list('locks/')).toEqual(['locks/x.json'])
  })
})

describe('Locks', () => {
  const identity = async () => ({ account: '1', arn: 'arn:aws:iam::1:user/me' })
  const locksOf = (store: Objects, id: string, more: Partial<ConstructorParameters<typeof Locks>[0]> = {}) =>
    new Locks({
      id,
      runbook: 'deploy',
      again: 'bun runbooks/deploy.ts',
      aws: { identity, state: async () => store },
      emit: () => {},
      lost: () => {},
      ...more,
    })

  test('take: renewed while it is held, so that it outlives its first expiry', async () => {
    using home = temporaryFolder()
    const store = localObjects(home.path)
    const locks = locksOf(store, 'a', { lifetimeMs: 200 })
    await locks.take('staging')
    await Bun.sleep(500)
    const { text } = (await store.get('locks/staging.json'))!
    expect(Date.parse((JSON.parse(text) as Lock).until)).toBeGreaterThan(Date.now())
    expect(await locks.release()).toEqual([])
    expect(await store.get('locks/staging.json')).toBeUndefined()
  })

  test('a lock that another run took over is noticed, and that run keeps its own', async () => {
    using home = temporaryFolder()
    const store = localObjects(home.path)
    const { promise: lost, resolve } = Promise.withResolvers<Error>()
    const locks = locksOf(store, 'a', { lifetimeMs: 200, lost: resolve })
    await locks.take('staging')
    await store.put('locks/staging.json', '{"run":"b"}')
    expect((await lost).message).toContain('another run has taken it over')
    await locks.release()
    expect((await store.get('locks/staging.json'))?.text).toBe('{"run":"b"}')
  })

  test('a lost answer to the first write does not lock the run out of its own lock', async () => {
    using home = temporaryFolder()
    const local = localObjects(home.path)
    const forgetful: Objects = {
      ...local,
      async create(key, text) {
        await local.create(key, text)
        return undefined
      },
    }
    const locks = locksOf(forgetful, 'a')
    await locks.take('staging')
    expect(await locks.release()).toEqual([])
    expect(await local.get('locks/staging.json')).toBeUndefined()
  })

  test('release: what cannot be given back is returned, not thrown', async () => {
    using home = temporaryFolder()
    const stuck: Objects = {
      ...localObjects(home.path),
      remove: async () => Promise.reject(new Error('no bucket')),
    }
    const locks = locksOf(stuck, 'a')
    await locks.take('staging')
    expect((await locks.release()).map(({ message }) => message)).toEqual(['no bucket'])
  })

  test('abandoned: by expiry with a margin for clocks, or by a process that is certainly gone', () => {
    const mine = { ...thisProcess(), until: new Date(1_000_000).toISOString() } as Lock
    expect(abandoned(mine, 1_000_000)).toBe(false)
    expect(abandoned(mine, 1_009_000)).toBe(false)
    expect(abandoned(mine, 1_011_000)).toBe(true)
    expect(abandoned({ ...mine, started: 'at another time' }, 0)).toBe(true)
    expect(abandoned({ ...mine, host: 'another', started: 'at another time' }, 0)).toBe(false)
  })
})
