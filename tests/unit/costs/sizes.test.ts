import { describe, expect, test } from 'bun:test'
import { configured } from '../../../runbooks/costs/configure/index.ts'
import { offered, offers, refusal } from './offers.ts'
import { altered, told, used } from './world.ts'

describe('recommend: sizes from measures, in both directions', () => {
  const tasks = (cpuP99: number, memoryMax: number) =>
    used({ tasks: { cpuP99, cpuMean: cpuP99 / 3, memoryMax, running: 2, runningMax: 2 } })

  test.each([
    // 12 % of half a vCPU and 18 % of 1024 MiB fit the smallest task.
    [12, 18, { ecs_task_cpu: 256, ecs_task_memory: 512 }],
    // Its memory does not.
    [12, 60, { ecs_task_cpu: 256, ecs_task_memory: 1024 }],
    // Nor does its CPU.
    [45, 60, undefined],
    [31, 30, undefined],
  ])('CPU p99 %d %%, memory %d %%: %p', (cpu, memory, change) => {
    expect(offered(told('staging'), tasks(cpu, memory))['task-size']).toEqual(change as never)
  })

  test.each([
    [95, 30, 'ecs_task_cpu = 1024, ecs_task_memory = 2048'],
    [30, 92, 'ecs_task_cpu = 256, ecs_task_memory = 2048'],
  ])(
    'CPU p99 %d %%, memory %d %% is too small, which is said and never offered as a saving',
    (cpu, memory, size) => {
      const { advice, recommendations } = offers(told('staging'), tasks(cpu, memory))
      expect(advice.find(({ id }) => id === 'task-size-up')?.advice).toContain(size)
      expect(recommendations.map(({ id }) => id)).not.toContain('task-size')
    },
  )

  test('a database and a cache with room are made one size smaller, full ones are not', () => {
    const large = altered(
      altered(told('staging'), 'aws_db_instance', { instance_class: 'db.t4g.small' }),
      'aws_elasticache_replication_group',
      { node_type: 'cache.t4g.small' },
    )
    expect(offered(large)['db-size']).toEqual({ db_instance_class: 'db.t4g.micro' })
    const full = used({
      database: { cpuP99: 70, connectionsMax: 90, freeStorageGb: 1, freeMemoryGb: 0.1 },
      cache: { memoryMax: 71, cpuMax: 2, evictions: 9, expired: 0 },
    })
    expect(refusal(large, 'db-size', full)).toContain('CPU p99 70 %')
    expect(refusal(large, 'cache-size', full)).toContain('9 evictions')
  })

  test('what use adds to the fewest tasks stays when the fewest change', () => {
    const busy = { ...told('staging'), usage: { ...told('staging').usage, runningTasks: 3.5 } }
    expect(
      configured(busy, { ecs_service_desired_count: 1, ecs_service_min_count: 1 }).usage.runningTasks,
    ).toBe(2.5)
  })
})
