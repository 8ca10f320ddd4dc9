import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Recorded, Refused, runbook, Unhealthy } from '../../../runbooks/core'
import { temporaryFolder } from './fixture'
import { asking } from './fixtures/asking'
import { changing } from './fixtures/changing'
import { ending } from './fixtures/ending'
import { typed } from './fixtures/typed'

const folder = temporaryFolder()
const before = { ...process.env }
process.env.TRIA_RUNBOOKS_DIR = folder.path
process.env.AWS_EC2_METADATA_DISABLED = 'true'
afterAll(() => {
  process.env = before
  folder[Symbol.dispose]()
})

let seen: Recorded[] = []
const output = (event: Recorded) => void seen.push(event)
beforeEach(() => {
  seen = []
})

/** A runbook made for one test. */
const once = (run: Parameters<typeof runbook>[0]['run']) =>
  runbook({ name: 'once', summary: '', guide: [], changes: 'environment', lock: 'none', run })

describe('run: a runbook as a function', () => {
  test('returns what it found, and leaves the process alone', async () => {
    const outcome = await typed.run({ environment: 'dev', image: '0012345', noRollback: true })
    expect(outcome).toEqual({
      ok: true,
      exitCode: 0,
      data: {
        image: '0012345',
        noRollback: true,
        count: undefined,
        size: 'small',
        tag: [],
        verb: undefined,
        environment: 'dev',
      },
    })
    expect(process.exitCode ?? 0).toBe(0)
  })

  test('its output gets every event, the result last', async () => {
    await changing.run({ output })
    expect(seen[0]).toMatchObject({ type: 'start', runbook: 'changing' })
    expect(seen.at(-1)).toMatchObject({ type: 'result', ok: true })
    expect(seen.filter(({ type }) => type === 'result')).toHaveLength(1)
  })

  test('holds its inputs to the same rules as a command line', async () => {
    expect(await ending.run({ how: 'sideways' as never })).toMatchObject({ ok: false, exitCode: 2 })
    expect(await typed.run({ environment: 'Not One' })).toMatchObject({ exitCode: 2 })
    expect(await typed.run({ count: 10 })).toMatchObject({
      exitCode: 2,
      error: { message: '--count: must be at most 9 (got 10)' },
    })
  })

  test('an error is returned with its data and its next command, not thrown', async () => {
    const { error, ...outcome } = await ending.run({ how: 'failed' })
    expect(outcome).toEqual({ ok: false, exitCode: 1, data: { at: 12 } as never })
    expect(error).toMatchObject({ message: 'Deploy 12: it broke', next: 'bun runbooks/troubleshoot.ts' })
  })

  test('never asks: production is refused without yes', async () => {
    expect(await asking.run({ environment: 'production' })).toMatchObject({ exitCode: 4 })
    expect(await asking.run({ environment: 'production', yes: true })).toMatchObject({
      exitCode: 0,
      data: { changed: true },
    })
  })

  test("its caller's abort is its Ctrl-C", async () => {
    const controller = new AbortController()
    const waits = once((book) => book.read('Wait', () => Bun.sleep(60_000)))
    const running = waits.run({ signal: controller.signal, output })
    await Bun.sleep(50)
    controller.abort()
    expect(await running).toMatchObject({ exitCode: 130 })
    expect(seen).toContainEqual(expect.objectContaining({ type: 'step.finished', outcome: 'interrupted' }))
  })
})

describe('call: a runbook inside another one', () => {
  test('has its own outcome, and the caller decides what it means', async () => {
    const outer = once(async (book) => {
      const inner = await book.call(ending, { how: 'unhealthy' })
      if (!inner.ok) throw new Unhealthy(`outer: ${inner.error?.message}`, { data: { inner: inner.data } })
    })
    expect(await outer.run({ output })).toMatchObject({ exitCode: 3, data: { inner: { checks: [1, 2] } } })
    expect(seen).toContainEqual(expect.objectContaining({ type: 'returned', runbook: 'ending', exitCode: 3 }))
    expect(seen.filter(({ type }) => type === 'result')).toMatchObject([{ runbook: 'once' }])
  })

  test('inherits environment, dry run and yes, unless told otherwise', async () => {
    const settings: unknown[] = []
    const inner = once(async ({ environment, dryRun, yes }) => void settings.push([environment, dryRun, yes]))
    const outer = once(async (book) => {
      await book.call(inner)
      await book.call(inner, { environment: 'dev', dryRun: false })
    })
    await outer.run({ environment: 'qa', dryRun: true, yes: true })
    expect(settings).toEqual([
      ['qa', true, true],
      ['dev', false, true],
    ])
  })

  test('a usage error in it is its own', async () => {
    const outer = once(async (book) => (await book.call(typed, { count: 99 })).exitCode)
    expect(await outer.run()).toMatchObject({ ok: true, data: 2 })
  })

  test('confirmation in one environment is none in another', async () => {
    const outer = once(async (book) => {
      await book.confirm({ effect: 'x', why: 'destructive' }).catch(() => {})
      return (await book.call(asking, { environment: 'production', forget: true })).exitCode
    })
    expect(await outer.run()).toMatchObject({ data: 4 })
  })
})

describe('change', () => {
  const thing = { title: 'Make', effect: 'made', equivalent: 'make' }

  test('already: the world is looked at first, also in a dry run, and its value is used', async () => {
    const make = once((book) =>
      book.change({ ...thing, already: async () => ({ why: 'there', value: 7 }), run: async () => 8 }),
    )
    expect((await make.run()).data).toBe(7)
    expect((await make.run({ dryRun: true, output })).data).toBe(7)
    expect(seen).toContainEqual(expect.objectContaining({ outcome: 'already', why: 'there' }))
  })

  test('dry run: nothing is run, and what cannot be looked at yet is planned too', async () => {
    let ran = 0
    const run = async () => ++ran
    const make = once(async (book) => {
      await book.change({ ...thing, run })
      await book.change({ ...thing, already: () => Promise.reject(new Error('no such bucket')), run })
    })
    expect(await make.run({ dryRun: true, output })).toMatchObject({ ok: true })
    expect(seen.flatMap((event) => ('outcome' in event ? [event.outcome] : []))).toEqual([
      'planned',
      'planned',
    ])
    expect(ran).toBe(0)
  })

  test('dry run: a look that fails by itself fails the run', async () => {
    const make = once((book) =>
      book.change({ ...thing, already: () => Promise.reject(new Error('denied')), run: async () => {} }),
    )
    expect(await make.run({ dryRun: true })).toMatchObject({ exitCode: 1 })
  })

  test('a refusal is told apart from a failure', async () => {
    const make = once((book) =>
      book.change({
        ...thing,
        run: async () => {
          throw new Refused('Make: a guard said no')
        },
      }),
    )
    expect(await make.run({ output })).toMatchObject({ exitCode: 4 })
    expect(seen).toContainEqual(expect.objectContaining({ type: 'step.finished', outcome: 'refused' }))
  })

  test('when one of several fails, the changes under way are waited for and reads are not', async () => {
    const file = join(folder.path, 'parallel')
    rmSync(file, { force: true })
    const started = performance.now()
    const make = once((book) =>
      Promise.all([
        book.change({
          ...thing,
          title: 'Slow change',
          run: async () => {
            await Bun.sleep(300)
            await Bun.write(file, 'made')
          },
        }),
        book.read('Slow read', () => Bun.sleep(60_000)),
        book.change({ ...thing, title: 'Broken', run: () => Promise.reject(new Error('no')) }),
      ]),
    )
    expect(await make.run({ output })).toMatchObject({ exitCode: 1, error: { message: 'no' } })
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('made')
    expect(performance.now() - started).toBeLessThan(5000)
    const standing = seen.find(({ type }) => type === 'standing')
    expect(standing).toMatchObject({
      changes: [
        { title: 'Slow change', outcome: 'done' },
        { title: 'Broken', outcome: 'failed' },
      ],
    })
  })

  test('an interrupted change that comes to its end at once is told as done', async () => {
    const controller = new AbortController()
    const make = once((book) =>
      book.change({
        ...thing,
        run: async () => {
          controller.abort()
          await Bun.sleep(100)
        },
      }),
    )
    expect(await make.run({ signal: controller.signal, output })).toMatchObject({ exitCode: 130 })
    expect(seen.find(({ type }) => type === 'standing')).toMatchObject({ changes: [{ outcome: 'done' }] })
  })
})

describe('cleanup', () => {
  test('is done in reverse, whatever the end, and a failing one does not hide it', async () => {
    const order: number[] = []
    const tidy = once(async (book) => {
      book.cleanup(() => book.read('Look back', () => void order.push(0)))
      book.cleanup(() => void order.push(1))
      book.cleanup(() => Promise.reject(new Error('stuck')))
      book.cleanup(() => void order.push(3))
      throw new Refused('the end')
    })
    expect(await tidy.run({ output })).toMatchObject({ exitCode: 4, error: { message: 'the end' } })
    expect(order).toEqual([3, 1, 0])
    expect(seen).toContainEqual(expect.objectContaining({ type: 'warning', text: 'Cleaning up: stuck' }))
  })
})

describe('many steps at once', () => {
  test('fifty reads in parallel, all told', async () => {
    const many = once((book) =>
      Promise.all(Array.from({ length: 50 }, (_, n) => book.read(`Look ${n}`, () => Bun.sleep(n % 7)))),
    )
    expect(await many.run({ output })).toMatchObject({ ok: true })
    expect(seen.filter(({ type }) => type === 'step.finished')).toHaveLength(50)
  })
})

describe('region', () => {
  test('asking for one where nothing names it is a usage error with the way out', async () => {
    const saved = { ...process.env }
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) delete process.env[name]
    process.env.AWS_CONFIG_FILE = '/nowhere'
    try {
      const asks = once(async (book) => book.region)
      expect(await asks.run()).toMatchObject({ exitCode: 2, error: { next: 'export AWS_REGION=us-east-1' } })
      expect(await asks.run({ region: 'eu-west-1' })).toMatchObject({ data: 'eu-west-1' })
    } finally {
      process.env = saved
    }
  })
})
