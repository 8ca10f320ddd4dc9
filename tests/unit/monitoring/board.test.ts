import { describe, expect, test } from 'bun:test'
import { coloured, uncoloured } from '../../../runbooks/core/output/style'
import { allLost, type Carried, carry } from '../../../runbooks/monitoring/board/carry'
import { type Board, frame } from '../../../runbooks/monitoring/board/frame'
import type { Look } from '../../../runbooks/monitoring/model'
import { sparkline } from '../../../runbooks/monitoring/sparkline'
import { aLook, alarm, now, service, steady } from './world'

const command = ''
const board = (looks: Look[], more: Partial<Board> = {}): Board => ({
  environments: looks.map((look): Carried => ({ look, stale: [] })),
  since: '1h',
  interval: 5,
  now,
  ...more,
})
const busy = aLook({ cpu: [...steady(20, 30, 5), ...steady(93, 5)] })
const plain = (line: string) => Bun.stripANSI(line)

describe('frame', () => {
  const hostile = {
    ...service(),
    events: [{ at: '2026-11-23T15:00:00Z', text: `\x1b[2J${'all is well '.repeat(30)}` }],
  }
  test.each([
    [200, 60],
    [120, 40],
    [80, 24],
    [60, 12],
    [40, 8],
    [21, 4],
  ])('%i by %i: no line is wider, none too many, whatever the world says', (columns, rows) => {
    const looks = [
      busy,
      aLook({}, { service: { command, value: hostile } }),
      aLook({}, { alarms: { command, value: [alarm('ALARM')] } }),
    ]
    for (const some of [looks, [busy], [], [aLook({}, { series: { command, reason: 'x'.repeat(500) } })]]) {
      for (const trouble of [undefined, { reason: `Network: ${'gone '.repeat(60)}`, since: now - 7 }]) {
        const lines = frame(board(some, { trouble }), { columns, rows }, coloured)
        expect(lines.length).toBeLessThanOrEqual(rows)
        for (const line of lines) {
          expect(Bun.stringWidth(line)).toBeLessThan(columns)
          expect(plain(line)).not.toContain('\x1b')
        }
      }
    }
  })

  test('what serves: how many of how many, those that are on their way, revision, commit, deployment', () => {
    const head = (its: object) =>
      frame(
        board([aLook({}, { service: { command, value: { ...service(1, 2), ...its } } })]),
        wide,
        uncoloured,
      )
        .join('\n')
        .match(/^1 of 2 .*$/m)?.[0]
    const wide = { columns: 120, rows: 60 }
    const deployments = [{ id: 'd', rolloutState: 'COMPLETED', at: '' }]
    expect(head({ deployments })).toBe('1 of 2 tasks run tria-aibpo-staging-task:7, commit c0ffee')
    expect(head({ pending: 1, deployments: [{ ...deployments[0], rolloutState: 'IN_PROGRESS' }] })).toBe(
      '1 of 2 tasks run tria-aibpo-staging-task:7, 1 pending, commit c0ffee; deployment in progress',
    )
  })

  test('what is over stays when there is hardly any room, with what to do', () => {
    const lines = frame(board([busy]), { columns: 100, rows: 6 }, uncoloured)
    expect(lines.some((line) => /✖ Service: CPU .*93 %.*Scale up tasks/.test(line))).toBe(true)
  })

  test('each of several environments has its share', () => {
    const lines = frame(
      board([aLook(), { ...aLook(), environment: 'production' }]),
      { columns: 100, rows: 30 },
      uncoloured,
    )
    expect(lines.filter((line) => /^(staging|production): /.test(line)).length).toBe(2)
  })

  test('a bar past the threshold is red, one before it is not', () => {
    const [line] = frame(board([busy]), { columns: 140, rows: 60 }, coloured).filter((one) =>
      plain(one).includes('✖ CPU'),
    )
    expect(line).toContain(coloured.bad('█'))
    expect(line).not.toContain(coloured.bad('▂'))
  })
})

test('sparkline: blanks where there is no value, and the scale of the threshold', () => {
  const window = { from: 0, to: 600, period: 60 }
  expect(
    sparkline(
      [
        [0, 0],
        [60, 50],
        [540, 100],
      ],
      window,
      10,
    ),
  ).toBe('▁▅       █')
  expect(sparkline([[540, 1]], window, 10, 70)).toBe('         ▁')
  expect(sparkline([], window, 4)).toBe('    ')
})

describe('carry', () => {
  const gap = { command, reason: 'AWS: it is throttling' }
  const at = (seconds: number, parts: Partial<Look> = {}): Look => ({
    ...aLook({}, parts),
    now: now + seconds,
  })
  test('what a look could not see is shown from the one before, and as of when', () => {
    const first = carry(undefined, at(0))
    const second = carry(first, at(10, { alarms: gap }))
    expect(second.look.alarms).toEqual(first.look.alarms)
    expect(second.stale).toEqual([{ part: 'alarms', since: now, reason: gap.reason }])
    expect(carry(second, at(20, { alarms: gap })).stale[0]!.since).toBe(now)
    expect(carry(second, at(20)).stale).toEqual([])
  })
  test('after five minutes it is not known any more', () => {
    const second = carry(carry(undefined, at(0)), at(10, { alarms: gap }))
    const later = carry(second, at(301, { alarms: gap }))
    expect(later.look.alarms).toEqual(gap)
    expect(later.stale).toEqual([])
  })
  test('allLost: only where nothing answers', () => {
    const parts = ['series', 'service', 'targets', 'database', 'cache', 'alarms', 'cost'] as const
    const lost = Object.fromEntries(parts.map((part) => [part, gap]))
    expect(allLost([aLook({}, lost)])).toBe(gap.reason)
    expect(allLost([aLook({}, { ...lost, alarms: { command, value: [] } })])).toBeUndefined()
    expect(allLost([aLook({}, lost), aLook()])).toBeUndefined()
  })
})
