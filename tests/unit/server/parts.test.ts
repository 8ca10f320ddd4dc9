import { describe, expect, test } from 'bun:test'
import { Breaker } from '../../../server/breaker.ts'
import { eventStream } from '../../../server/http/sse.ts'
import { MemoryShared } from '../../../server/shared/memory.ts'
import { inOneTick } from '../../../server/shared/tick.ts'
import type { Message, Store } from '../../../server/store/store.ts'
import { Writer } from '../../../server/store/writer.ts'
import { until } from './support/ports.ts'

const message = (id: string, session = 's'): Message => ({
  id,
  session,
  role: 'user',
  content: 'x',
  createdAt: '',
  requestId: 'r',
})

/** A store of which only writing is asked. */
function storeThat(write: (messages: Message[]) => Promise<void>): Store {
  return { kind: 'embedded', write, remove: async () => 0 } as unknown as Store
}

describe('Writer', () => {
  test('gathers, keeps the order, and while the store is away keeps a bounded number and counts the rest', async () => {
    const written: string[] = []
    let away = true
    let dropped = 0
    const changes: boolean[] = []
    const writer = new Writer({
      store: storeThat(async (messages) => {
        if (away) throw new Error('away')
        written.push(...messages.map(({ id }) => id))
      }),
      capacity: 5,
      everyMs: 1,
      onChange: (failing) => changes.push(failing),
      onDropped: (count) => {
        dropped += count
      },
    })
    writer.add([message('1'), message('2')])
    await until('the writer to notice', () => writer.failing)
    writer.add([message('3'), message('4')])
    writer.add([message('5'), message('6')])
    expect([writer.waiting, dropped]).toEqual([4, 2])
    away = false
    await until('the store to be back', () => written.length === 4)
    expect(written).toEqual(['1', '2', '3', '4'])
    expect(changes).toEqual([true, false])
  })

  test('flush gives up at its deadline and says so', async () => {
    const writer = new Writer({
      store: storeThat(() => new Promise(() => undefined)),
      onChange: () => undefined,
      onDropped: () => undefined,
    })
    writer.add([message('1')])
    const from = performance.now()
    expect(await writer.flush(200)).toBe(false)
    expect(performance.now() - from).toBeLessThan(2_000)
  })

  test('forget drops what waits of one session only', async () => {
    const written: string[] = []
    const writer = new Writer({
      store: storeThat(async (messages) => {
        written.push(...messages.map(({ id }) => id))
      }),
      everyMs: 50,
      onChange: () => undefined,
      onDropped: () => undefined,
    })
    writer.add([message('1', 'gone'), message('2', 'stays')])
    await writer.forget('gone')
    expect(await writer.flush(2_000)).toBe(true)
    expect(written).toEqual(['2'])
  })
})

test('Breaker: opens after its failures in a row, probes off the path, tells each change once', async () => {
  const changes: boolean[] = []
  let back = false
  const breaker = new Breaker({
    threshold: 3,
    probe: async () => {
      if (!back) throw new Error('still away')
    },
    probeEveryMs: 5,
    onChange: (open) => changes.push(open),
  })
  breaker.failed('1')
  breaker.failed('2')
  breaker.succeeded()
  breaker.failed('1')
  breaker.failed('2')
  expect(breaker.open).toBe(false)
  for (let n = 0; n < 10; n++) breaker.failed('again')
  expect(breaker.open).toBe(true)
  await Bun.sleep(30)
  expect(breaker.open).toBe(true)
  back = true
  await until('it to close', () => !breaker.open)
  expect(changes).toEqual([true, false])
})

describe('MemoryShared', () => {
  test('is bounded: the longest unused leaves first', async () => {
    const shared = new MemoryShared(3)
    for (const key of ['a', 'b', 'c']) await shared.set(key, key, 1_000)
    await shared.get('a')
    await shared.set('d', 'd', 1_000)
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => shared.get(key)))).toEqual([
      'a',
      undefined,
      'c',
      'd',
    ])
    expect(shared.size).toBe(3)
  })
  test('a claim belongs to one, until it is released by its owner or over', async () => {
    let now = 0
    const shared = new MemoryShared(10, () => now)
    expect([await shared.claim('k', 'one', 100), await shared.claim('k', 'two', 100)]).toEqual([true, false])
    await shared.release('k', 'two')
    expect(await shared.claim('k', 'two', 100)).toBe(false)
    now = 200
    expect(await shared.claim('k', 'two', 100)).toBe(true)
  })
  test('a count starts anew after its minute', async () => {
    let now = 0
    const shared = new MemoryShared(10, () => now)
    await shared.count(['k'])
    expect(await shared.count(['k'])).toEqual([{ count: 2, resetMs: 60_000 }])
    now = 60_000
    expect(await shared.count(['k'])).toEqual([{ count: 1, resetMs: 60_000 }])
  })
})

test('inOneTick: what is asked in one turn of the loop is asked together, and a failure reaches all', async () => {
  const asked: number[][] = []
  const double = inOneTick(async (items: number[]) => {
    asked.push(items)
    if (items.includes(13)) throw new Error('unlucky')
    return items.map((item) => item * 2)
  })
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6])
  expect(await double(4)).toBe(8)
  expect(asked).toEqual([[1, 2, 3], [4]])
  const failed = await Promise.allSettled([double(13), double(5)])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

describe('eventStream', () => {
  test('says something every few seconds, so that no proxy closes it', async () => {
    const { response } = eventStream(() => Bun.sleep(120), {
      headers: {},
      heartbeatMs: 20,
      onCancel: () => undefined,
    })
    expect((await response.text()).match(/^: still here$/gm)!.length).toBeGreaterThan(2)
  })
  test('ends its work when the reader leaves', async () => {
    let left = false
    const { response, ended } = eventStream(() => new Promise(() => undefined), {
      headers: {},
      onCancel: () => {
        left = true
      },
    })
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
    await ended
    expect(left).toBe(true)
  })
})
