import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { listRuns, parseJournal, readRun } from '../../../runbooks/core/journal/history'
import { localObjects } from '../../../runbooks/core/objects/local'
import { bucketObjects } from '../../../runbooks/core/objects/s3'
import { bareEnvironment, eventually, journals, run, start, temporaryFolder } from './fixture'
import { bucket, startAws } from './moto'

let home: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  home = temporaryFolder()
})
afterEach(() => home[Symbol.dispose]())

const names = () => readdirSync(join(home.path, 'journal'))

describe('the journal of a run', () => {
  test('says who, what with which inputs, each step with its outcome and time, each undo, and the result', async () => {
    await run('changing', ['--environment', 'dev'], bareEnvironment(home.path))
    expect(names()).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-changing\.jsonl$/),
    ])
    const events = parseJournal(journals(home.path)[0]!) as unknown as Record<string, unknown>[]
    expect(events[0]).toMatchObject({
      type: 'start',
      runbook: 'changing',
      environment: 'dev',
      dryRun: false,
      inputs: { environment: 'dev' },
      user: `tester@${hostname()}`,
      at: expect.stringMatching(/^20/),
    })
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'step.changing',
        title: 'Suspend autoscaling',
        undo: 'bun runbooks/emergency-restore.ts',
      }),
    )
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'step.finished',
        title: 'Suspend autoscaling',
        outcome: 'done',
        ms: expect.any(Number),
      }),
    )
    expect(events.at(-1)).toMatchObject({ type: 'result', ok: true, exitCode: 0 })
  })

  test('is left by dry runs and refusals too', async () => {
    await run('asking', ['--environment', 'production', '--dry-run'], bareEnvironment(home.path))
    await run('asking', ['--environment', 'production'], bareEnvironment(home.path))
    const records = await listRuns([localObjects(home.path)])
    expect(records.map(({ outcome, dryRun }) => [outcome, dryRun])).toEqual([
      ['refused', false],
      ['done', true],
    ])
  })

  test('of two runs of one moment are two', async () => {
    await Promise.all([1, 2, 3].map(() => run('ending', ['--how', 'done'], bareEnvironment(home.path))))
    expect(names()).toHaveLength(3)
  })

  test('keeps what was done before a kill -9', async () => {
    const trace = join(home.path, 'trace')
    const killed = start('waiting', ['--on', 'deaf', '--trace', trace], bareEnvironment(home.path))
    await eventually(() => existsSync(trace) && readFileSync(trace, 'utf8').includes('started'))
    killed.kill('SIGKILL')
    await killed.exited
    const [record] = await listRuns([localObjects(home.path)])
    expect(record).toMatchObject({ runbook: 'waiting', outcome: 'killed', exitCode: undefined })
    const events = JSON.stringify(await readRun([localObjects(home.path)], record!.name))
    expect(events).toContain('"title":"Make one"')
    expect(events).toContain('"undo":"unmake one"')
    expect(events).toContain('"type":"step.changing","id":2,"kind":"change","title":"Wait"')
  })

  test('is readable by its owner alone', async () => {
    await run('ending', ['--how', 'done'], bareEnvironment(home.path))
    const { mode } = await Bun.file(join(home.path, 'journal', names()[0]!)).stat()
    expect(mode & 0o077).toBe(0)
  })
})

describe('listRuns and readRun', () => {
  const put = (name: string, ...events: object[]) => {
    mkdirSync(join(home.path, 'journal'), { recursive: true })
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('')
    writeFileSync(join(home.path, 'journal', `${name}.jsonl`), text)
  }
  const begin = (runbook: string, environment: string, at: string) => ({
    type: 'start',
    runbook,
    environment,
    dryRun: false,
    user: 'a@b',
    process: { host: 'elsewhere', pid: 1 },
    at,
  })
  beforeEach(() => {
    for (let n = 1; n <= 25; n++) {
      const at = `2026-11-23T08:00:${String(n).padStart(2, '0')}.000Z`
      const runbook = n % 2 ? 'deploy' : 'verify'
      put(`${at.replaceAll(':', '-')}-${runbook}`, begin(runbook, n % 5 ? 'staging' : 'production', at), {
        type: 'result',
        exitCode: n % 3,
        at: `2026-11-23T08:01:00.000Z`,
      })
    }
    put('2026-11-23T09-00-00.000Z-setup', begin('setup', 'staging', '2026-11-23T09:00:00.000Z'))
    writeFileSync(join(home.path, 'journal', '2026-11-23T09-00-01.000Z-broken.jsonl'), '{"type":"sta')
  })

  test('the newest first, bounded, by runbook or environment', async () => {
    const stores = [localObjects(home.path)]
    expect((await listRuns(stores, { limit: 3 })).map(({ name }) => name)).toEqual([
      '2026-11-23T09-00-00.000Z-setup',
      '2026-11-23T08-00-25.000Z-deploy',
      '2026-11-23T08-00-24.000Z-verify',
    ])
    expect((await listRuns(stores, { limit: 99, runbook: 'verify' })).length).toBe(12)
    expect((await listRuns(stores, { limit: 99, environment: 'production' })).length).toBe(5)
    expect((await listRuns(stores, { limit: 2, environment: 'production' })).length).toBe(2)
  })

  test('a run of another machine without a result is unfinished, not called killed', async () => {
    expect((await listRuns([localObjects(home.path)], { limit: 1 }))[0]).toMatchObject({
      outcome: 'unfinished',
      ms: undefined,
    })
  })

  test('a run is found by a part of its name that is its own', async () => {
    const stores = [localObjects(home.path)]
    expect((await readRun(stores, '08-00-07'))?.[0]).toMatchObject({ type: 'start', runbook: 'deploy' })
    expect(await readRun(stores, 'verify')).toBeUndefined()
    expect(await readRun(stores, 'nothing')).toBeUndefined()
  })

  test('where nothing ever ran there is nothing', async () => {
    using empty = temporaryFolder()
    expect(await listRuns([localObjects(empty.path)])).toEqual([])
  })
})

describe('with a state bucket', () => {
  const folder = temporaryFolder()
  let aws: Awaited<ReturnType<typeof startAws>>
  beforeAll(async () => {
    aws = await startAws(folder.path)
  }, 90_000)
  afterAll(async () => {
    await aws?.stop()
    folder[Symbol.dispose]()
  })
  beforeEach(() => aws.reset())

  const shared = async () => (await bucketObjects({ client: () => aws.s3 as never }, bucket))!

  test('the journal is there at the end, with who AWS says it was; while there is none it stays here and goes along later', async () => {
    await run('ending', ['--how', 'refused'], bareEnvironment(home.path))
    await run('ending', ['--how', 'failed'], aws.environment(home.path))
    expect(names()).toHaveLength(2)

    await aws.createBucket()
    await run('ending', ['--how', 'done'], aws.environment(home.path))
    expect(names()).toEqual([])
    const records = await listRuns([await shared()])
    expect(records.map(({ outcome }) => outcome)).toEqual(['done', 'failed', 'refused'])
    expect(records[0]).toMatchObject({
      who: expect.stringMatching(/^arn:aws:\S+ \(tester@/),
      place: `s3://${bucket}`,
    })
  }, 30_000)

  test('where nothing can be written here, a run works all the same and the bucket gets its journal', async () => {
    await aws.createBucket()
    const file = join(home.path, 'a file, no folder')
    writeFileSync(file, '')
    const { exitCode } = await run('ending', ['--how', 'done'], {
      ...aws.environment(home.path),
      TRIA_RUNBOOKS_DIR: file,
    })
    expect(exitCode).toBe(0)
    expect(await listRuns([await shared()])).toMatchObject([{ runbook: 'ending', outcome: 'done' }])
  }, 30_000)

  test("another account's journal stays out of it, and so does one that is still being written", async () => {
    await aws.createBucket()
    mkdirSync(join(home.path, 'journal'), { recursive: true })
    const place = (name: string, events: object[]) =>
      writeFileSync(
        join(home.path, 'journal', name),
        events.map((event) => `${JSON.stringify(event)}\n`).join(''),
      )
    const ended = { type: 'result', exitCode: 0, at: '2026-01-01T00:00:00.000Z' }
    place('2026-01-01T00-00-00.000Z-other.jsonl', [{ type: 'who', account: '999999999999' }, ended])
    const living = { host: hostname(), pid: process.pid }
    place('2026-01-01T00-00-01.000Z-living.jsonl', [{ type: 'start', process: living, runbook: 'living' }])
    await run('ending', ['--how', 'done'], aws.environment(home.path))
    expect(names().sort()).toEqual([
      '2026-01-01T00-00-00.000Z-other.jsonl',
      '2026-01-01T00-00-01.000Z-living.jsonl',
    ])
  }, 30_000)

  test('AWS being away costs a run nothing but the upload', async () => {
    const env = { ...aws.environment(home.path), AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }
    const { exitCode, stderr } = await run('ending', ['--how', 'done'], env)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(names()).toHaveLength(1)
  }, 30_000)
})
