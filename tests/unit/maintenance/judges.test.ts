import { describe, expect, test } from 'bun:test'
import { judgeDependencies } from '../../../runbooks/maintenance/judges/dependencies'
import { judgeErrors, kindsOfErrors } from '../../../runbooks/maintenance/judges/errors'
import { judgeHitRates, type Rate } from '../../../runbooks/maintenance/judges/hit-rates'
import { judgeSpending } from '../../../runbooks/maintenance/judges/spending'
import { judgeStorage, lostADay } from '../../../runbooks/maintenance/judges/storage'
import { judgeUnused, type Things } from '../../../runbooks/maintenance/judges/unused'
import type { Series } from '../../../runbooks/monitoring/model'

const now = Date.parse('2026-11-23T00:00:00Z') / 1000
const day = 86_400
const gib = 2 ** 30

/** So many days, hour by hour, up to now. */
const hourly = (days: number, value: (day: number) => number): Series =>
  Array.from({ length: days * 24 }, (_, i) => [now - days * day + i * 3600, value(i / 24)] as const)

describe('judgeErrors', () => {
  const count = (...messages: string[]) => {
    const kinds = kindsOfErrors()
    messages.forEach((message, at) => {
      kinds.take({ at, message })
    })
    return kinds.list()
  }
  test('by their name, the most frequent first; what is no error is not counted', () => {
    const line = (level: string, event: string) => JSON.stringify({ level, event })
    const kinds = count(
      line('error', 'database_away'),
      line('error', 'model_failed'),
      line('error', 'model_failed'),
      line('info', 'error'),
      '{"_aws":{}}',
    )
    expect(kinds.map(({ name, count }) => [name, count])).toEqual([
      ['model_failed', 2],
      ['database_away', 1],
    ])
    const { findings, evidence } = judgeErrors(kinds, 'staging')
    expect(evidence).toBe('3 errors of 2 kinds')
    expect(findings[0]!.text).toStartWith('2 × model_failed')
  })
  test('an answer that was an error by its status and path; the source around a crash is no error of its own', () => {
    const failed = (path: string) =>
      JSON.stringify({ level: 'error', event: 'request', status: 503, method: 'POST', path })
    const kinds = count(
      failed('/api/chatbot'),
      failed('/api/chatbot'),
      '12 |   ON CONFLICT (id)',
      'error: away',
    )
    expect(kinds.map(({ name, count }) => [name, count])).toEqual([
      ['503 POST /api/chatbot', 2],
      ['error: away', 1],
    ])
  })
  test('lines without a name by their words, without what differs', () => {
    expect(count('TypeError: x is 5 at 0x7fff1234abcd', 'TypeError: x is 17 at 0x7fff9876abcd').length).toBe(
      1,
    )
  })
  test('a log of ever new kinds does not fill the memory, and none of it is lost', () => {
    const letters = (n: number) => String(n).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!)
    const kinds = count(...Array.from({ length: 5000 }, (_, i) => `Error ${letters(i)}`))
    expect(kinds.length).toBeLessThanOrEqual(201)
    expect(kinds.reduce((sum, { count }) => sum + count, 0)).toBe(5000)
  })
  test('what a log says moves no cursor', () => {
    expect(judgeErrors(count('\x1b[2Jerror'), 'staging').findings[0]!.text).not.toContain('\x1b')
  })
  test('no error is well', () => expect(judgeErrors([], 'staging').findings).toEqual([]))
})

describe('judgeStorage', () => {
  const size = {
    status: 'available',
    class: 'db.t4g.micro',
    storageGb: 20,
    mostStorageGb: undefined,
    created: undefined,
  }
  const judge = (free: Series, more = {}) => judgeStorage(free, { ...size, ...more }, now, 'deploy')
  test('the day it fills, by the trend', () => {
    const free = hourly(14, (d) => (17 - 0.5 * d) * gib)
    expect(lostADay(free)! / gib).toBeCloseTo(0.5, 3)
    const { evidence, findings } = judge(free)
    // About 10 GB are left, at half a GB a day.
    expect(evidence).toContain('full on 2026-12-13')
    expect(findings.length).toBe(1)
  })
  test('what RDS adds by itself puts the day off', () => {
    const free = hourly(14, (d) => (17 - 0.5 * d) * gib)
    const { evidence, findings } = judge(free, { mostStorageGb: 100 })
    expect(evidence).toContain('full on 2027-05-22')
    expect(findings).toEqual([])
  })
  test.each<[string, Series, number, RegExp]>([
    ['stays', hourly(14, () => 18 * gib), 0, /stays so/],
    ['grows again', hourly(14, (d) => (10 + 0.1 * d) * gib), 0, /stays so/],
    ['slow', hourly(14, (d) => (18 - 0.01 * d) * gib), 0, /full on 20(29|3\d)/],
    ['hours only', hourly(14, (d) => (18 - d) * gib).slice(0, 12), 0, /no trend/],
    ['nearly full, however it came', hourly(14, () => 1.5 * gib), 1, /less than a tenth|of 20 GB free/],
  ])('%s', (_, free, findings, evidence) => {
    const verdict = judge(free)
    expect(verdict.findings.length).toBe(findings)
    expect(verdict.evidence).toMatch(evidence)
  })
  test('without any value it is not known', () => expect(() => judge([])).toThrow('no value'))
})

test('judgeSpending: what rose notably, the most first', () => {
  const { evidence, findings } = judgeSpending(
    [
      { what: 'EC2 - Other', before: 16, last: 17 },
      { what: 'The model', before: 2, last: 40 },
      { what: 'RDS', before: 4, last: 10 },
      { what: 'Logs', before: 0.1, last: 3 },
      { what: 'ECS', before: 30, last: 8 },
    ],
    'staging',
  )
  expect(evidence).toBe('$78.00 in the last seven days, $25.90 more than in those before')
  expect(findings.map(({ text }) => text.split(':')[0])).toEqual(['The model', 'RDS'])
})

describe('judgeHitRates', () => {
  const rate = (share: (day: number) => number, a = 100, always = false): Rate => ({
    what: 'answers',
    hits: hourly(30, (d) => a * share(d)),
    misses: hourly(30, (d) => a * (1 - share(d))),
    fix: '',
    always,
  })
  const middle = now - 15 * day
  test.each<[string, Rate, number]>([
    ['high', rate(() => 0.8), 0],
    ['low', rate(() => 0.3), 1],
    ['fell', rate((d) => (d < 15 ? 0.9 : 0.6)), 1],
    ['rose', rate((d) => (d < 15 ? 0.55 : 0.95)), 0],
    ['low, of too few', rate(() => 0.3, 0.01), 0],
    ['low, and nothing was evicted', { ...rate(() => 0.3), evicted: hourly(30, () => 0) }, 0],
    ['low, and some was evicted', { ...rate(() => 0.3), evicted: hourly(30, (d) => (d > 20 ? 5 : 0)) }, 1],
  ])('%s', (_, one, findings) => {
    expect(judgeHitRates([one], middle).findings.length).toBe(findings)
  })
  test('what is always counted and is silent is not known; what is only counted when asked is quiet', () => {
    const silent = { ...rate(() => 0), hits: [], misses: [] }
    expect(judgeHitRates([{ ...silent, always: true }], middle).partly).toContain('no value')
    expect(judgeHitRates([silent], middle).partly).toBeUndefined()
  })
})

describe('judgeDependencies', () => {
  const advisory = (severity: string) => ({
    id: 1,
    url: 'https://github.com/advisories/GHSA-x',
    title: 'Bad',
    severity,
    vulnerable_versions: '<1.2.3',
  })
  test('the worst first', () => {
    const { evidence, findings } = judgeDependencies(
      JSON.stringify({ lodash: [advisory('low')], 'elysia-x': [advisory('critical'), advisory('high')] }),
    )
    expect(evidence).toBe('3 known vulnerabilities')
    expect(findings.map(({ fix }) => fix)).toEqual([
      'bun update elysia-x',
      'bun update elysia-x',
      'bun update lodash',
    ])
  })
  test('a name from the registry gets into no command', () => {
    const { findings } = judgeDependencies(JSON.stringify({ 'x; rm -rf /': [advisory('high')] }))
    expect(findings[0]!.fix).toBe('bun update')
  })
  test('none is well', () => expect(judgeDependencies('bun audit v1.4.5\n{}').findings).toEqual([]))
  test.each(['', 'error: POST https://registry.npmjs.org/... - 405', '[]', 'null', '{"cut'])(
    '%p is no report, and not well',
    (printed) => {
      expect(() => judgeDependencies(printed)).toThrow('no report')
    },
  )
})

describe('judgeUnused', () => {
  const nothing: Things = {
    addresses: [],
    gateways: [],
    images: [],
    logGroups: [],
    environments: ['staging', 'production'],
  }
  const rates = { address: 3.65, gateway: 32.85, imageGb: 0.1, logGb: 0.03 }
  const judge = (things: Partial<Things>) =>
    judgeUnused({ ...nothing, ...things }, rates, now * 1000, 'tria-aibpo')
  const image = (more: Partial<Things['images'][number]>) => ({
    repository: 'tria-aibpo-staging',
    digest: 'sha256:a',
    tagged: false,
    bytes: 5e8,
    pushed: (now - 200 * day) * 1000,
    pulled: undefined,
    ...more,
  })
  test.each<[string, Partial<Things>, string[]]>([
    [
      'an address of nothing',
      { addresses: [{ id: 'eipalloc-1', address: '3.4.5.6', attached: false }] },
      ['$3.65'],
    ],
    ['one that is attached', { addresses: [{ id: 'eipalloc-1', address: '3.4.5.6', attached: true }] }, []],
    ['a gateway that nobody uses', { gateways: [{ id: 'nat-1', vpc: 'vpc-1', bytes: 1000 }] }, ['$32.85']],
    ['one that is used', { gateways: [{ id: 'nat-1', vpc: 'vpc-1', bytes: 1e9 }] }, []],
    [
      'old images without a tag, together',
      { images: [image({}), image({ digest: 'sha256:b' })] },
      ['2 images'],
    ],
    [
      'one with a tag, one that was pulled, a new one',
      {
        images: [
          image({ tagged: true }),
          image({ pulled: (now - day) * 1000 }),
          image({ pushed: (now - day) * 1000 }),
        ],
      },
      [],
    ],
    [
      'logs of an environment that is gone',
      { logGroups: [{ name: '/ecs/tria-aibpo-old', bytes: 1e9, keptForDays: 30 }] },
      ['$0.03'],
    ],
    [
      'logs that are kept for ever',
      { logGroups: [{ name: '/ecs/tria-aibpo-staging', bytes: 1e9, keptForDays: undefined }] },
      ['for ever'],
    ],
    [
      'those of environments that are there',
      {
        logGroups: [
          '/ecs/tria-aibpo-staging',
          '/ecs/tria-aibpo-staging/exec',
          '/aws/rds/instance/tria-aibpo-production-db/postgresql',
        ].map((name) => ({ name, bytes: 0, keptForDays: 30 })),
      },
      [],
    ],
    [
      'one whose name only begins alike',
      { logGroups: [{ name: '/ecs/tria-aibpo-staging-eu', bytes: 0, keptForDays: 30 }] },
      ['of no environment'],
    ],
  ])('%s', (_, things, said) => {
    const { findings } = judge(things)
    expect(findings.length).toBe(said.length)
    said.forEach((words, i) => {
      expect(findings[i]!.text).toContain(words)
    })
  })
  test('a gateway whose traffic nobody knows is not known to be used', () => {
    const { findings, partly } = judge({ gateways: [{ id: 'nat-1', vpc: 'vpc-1', bytes: undefined }] })
    expect(findings).toEqual([])
    expect(partly).toContain('nat-1')
  })
})
