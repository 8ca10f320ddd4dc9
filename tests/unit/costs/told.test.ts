import { describe, expect, test } from 'bun:test'
import { configured } from '../../../runbooks/costs/configure/index.ts'
import type { Use } from '../../../runbooks/costs/recommend/use.ts'
import { offers } from './offers.ts'
import { altered, quiet, told, used } from './world.ts'

describe('recommend: what no variable changes is told, with what it would save', () => {
  test('addresses, images and snapshots that nothing uses', () => {
    const forgotten = used({
      addresses: [{ id: 'eipalloc-1', address: '192.0.2.7' }],
      images: { count: 40, unused: 30, unusedGb: 12 },
      // The first 20 GB are as many as the database has, and cost nothing.
      snapshots: [
        { id: 'before-the-move', gb: 20, from: '2026-01-05T00:00:00.000Z' },
        { id: 'after-the-move', gb: 20, from: '2026-01-06T00:00:00.000Z' },
      ],
    })
    const { advice, recommendations } = offers(told('staging'), forgotten)
    const saves = Object.fromEntries(advice.map((each) => [each.id, each.saves]))
    expect(saves['unused-addresses']).toBeCloseTo(3.65, 9)
    expect(saves['unused-images']).toBeCloseTo(1.2, 9)
    expect(saves['unused-snapshots']).toBeCloseTo(1.9, 9)
    expect(advice.find(({ id }) => id === 'unused-snapshots')?.command).toBe(
      [
        'aws rds delete-db-snapshot --db-snapshot-identifier before-the-move',
        'aws rds delete-db-snapshot --db-snapshot-identifier after-the-move',
      ].join('\n'),
    )
    const one = used({ snapshots: [{ id: 'a', gb: 20, from: '2026-01-05T00:00:00.000Z' }] })
    expect(
      offers(told('staging'), one).advice.find(({ id }) => id === 'unused-snapshots'),
    ).not.toHaveProperty('saves')
    expect(recommendations.filter(({ id }) => id.startsWith('unused'))).toEqual([])
  })

  test('what is promised for a year is told once, and nothing of it is left behind when all is well', () => {
    const ids = offers(told('staging')).advice.map(({ id }) => id)
    expect(ids).toEqual(['log-volume', 'model-cost', 'savings-plan', 'reserved-database', 'reserved-cache'])
  })

  describe('what a promise of a year makes of what runs at all hours', () => {
    const promise = (id: string, situation = told('staging'), use = quiet) =>
      offers(situation, use).advice.find((each) => each.id === id)

    test('two tasks of half a vCPU and 1 GB: 730 × (0.008096 + 2 × 0.000889)', () => {
      expect(promise('savings-plan')?.saves).toBeCloseTo(7.208, 2)
      expect(promise('savings-plan')?.evidence).toEqual([
        '2 tasks run at all hours',
        'for one year, nothing upfront: $0.032384 a vCPU-hour in place of $0.04048, $0.003556 a GB-hour in place of $0.004445 (2026-09-25)',
      ])
    })

    test('tasks that autoscaling adds by day, or that are on Spot, are not promised', () => {
      const busy = { ...told('staging'), usage: { ...told('staging').usage, runningTasks: 6 } }
      expect(promise('savings-plan', busy)?.saves).toBeCloseTo(7.208, 2)
      const half = configured(told('staging'), { fargate_spot_enabled: true, fargate_on_demand_base: 1 })
      const [all, spot] = [promise('savings-plan')!.saves!, promise('savings-plan', half)!.saves!]
      expect(spot).toBeLessThan(all)
      expect(spot).toBeGreaterThanOrEqual(all / 2 - 1e-9)
    })

    test('a node of the cache', () => {
      expect(promise('reserved-cache')?.saves).toBeCloseTo(730 * 0.005, 9)
      const valkey = configured(told('staging'), { redis_engine: 'valkey' })
      expect(promise('reserved-cache', valkey)?.saves).toBeCloseTo(730 * 0.004, 9)
    })

    test('a database, and the day of its price, which is not storage’s', () => {
      expect(promise('reserved-database')?.saves).toBeCloseTo(730 * 0.0044, 9)
      expect(promise('reserved-database')?.evidence.at(-1)).toBe(
        'for one year, nothing upfront: $0.0116 an instance-hour in place of $0.016 (2023-03-10)',
      )
      const medium = altered(told('staging'), 'aws_db_instance', { instance_class: 'db.t4g.medium' })
      expect(promise('reserved-database', medium)?.saves).toBeCloseTo(730 * 0.0185, 9)
      expect(promise('reserved-database', medium)?.evidence.at(-1)).toContain('(2026-10-03)')
    })

    test('what no source was found for has no figure, and says where it can be had', () => {
      const database = promise(
        'reserved-database',
        altered(told('staging'), 'aws_db_instance', { multi_az: true }),
      )
      expect(database).not.toHaveProperty('saves')
      expect(database?.evidence.at(-1)).toContain('--refresh-prices')
    })

    test('on what is free there is nothing to save', () => {
      const none = altered(told('staging'), 'aws_ecs_service', { desired_count: 0 })
      const stopped = altered(none, 'aws_appautoscaling_target', { min_capacity: 0 })
      expect(promise('savings-plan', stopped)).toBeUndefined()
    })
  })

  test('what an answer costs by the cheapest model there is, where it was measured', () => {
    const told4 = (use: Use) => offers(told('staging'), use).advice.find(({ id }) => id === 'model-cost')
    expect(told4(quiet)?.evidence[0]).toContain('an answer by gpt-4o-mini costs $0.00032, over 5000 of them')
    expect(told4(used({ hours: 5 }))).toBeUndefined()
  })
})
