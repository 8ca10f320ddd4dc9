import { describe, expect, test } from 'bun:test'
import { minutesOfWeek } from '../../../runbooks/costs/fargate/cron.ts'
import { type CapacityProvider, tasksOnSpot } from '../../../runbooks/costs/fargate/spot.ts'
import { estimate } from '../../../runbooks/costs/index.ts'
import { type Planned, planOf } from './plans.ts'

const name = 'tria-aibpo-staging-service'
const task: Planned = ['aws_ecs_task_definition.app', { family: 'task', cpu: '512', memory: '1024' }]
const service = (values: Record<string, unknown>): Planned => [
  'aws_ecs_service.app',
  { name, desired_count: 2, task_definition: 'arn:aws:ecs:us-east-1:1:task-definition/task:3', ...values },
]

const vcpuHours = (...planned: Planned[]) =>
  estimate(planOf([task, ...planned])).lines.find(({ component }) => component === 'vCPU (x86)')?.quantity

describe('tasksOnSpot', () => {
  const on = (capacity_provider: string, base: number, weight: number): CapacityProvider => ({
    capacity_provider,
    base,
    weight,
  })
  test.each([
    ['no strategy', 4, [], 0],
    ['on demand alone', 4, [on('FARGATE', 0, 1)], 0],
    ['Spot alone', 4, [on('FARGATE_SPOT', 0, 1)], 4],
    ['a base of one on demand', 4, [on('FARGATE', 1, 0), on('FARGATE_SPOT', 0, 1)], 3],
    ['a base, then one to three', 5, [on('FARGATE', 1, 1), on('FARGATE_SPOT', 0, 3)], 3],
    ['a base larger than the count', 1, [on('FARGATE', 2, 0), on('FARGATE_SPOT', 0, 1)], 0],
    ['no task', 0, [on('FARGATE_SPOT', 0, 1)], 0],
  ])('%s, %d tasks', (_, tasks, strategy, spot) => {
    expect(tasksOnSpot(tasks, strategy)).toBe(spot)
  })
})

describe('minutesOfWeek', () => {
  const hours = (schedule: string) => minutesOfWeek(schedule)?.map((minute) => minute / 60)
  test.each([
    ['cron(0 21 * * ? *)', [0, 1, 2, 3, 4, 5, 6].map((day) => day * 24 + 21)],
    ['cron(0 20 ? * MON-FRI *)', [1, 2, 3, 4, 5].map((day) => day * 24 + 20)],
    ['cron(30 6 ? * 2,7 *)', [30.5, 150.5]],
    ['cron(0 0/12 ? * SUN *)', [0, 12]],
  ])('%s', (schedule, expected) => expect(hours(schedule)).toEqual(expected))

  test.each([
    'rate(1 day)',
    'at(2026-12-24T00:00:00)',
    'cron(0 21 1 * ? *)',
    'cron(0 25 * * ? *)',
    'cron(0 21 * * ?)',
    '',
  ])('%s has no weekly rhythm that can be read', (schedule) =>
    expect(minutesOfWeek(schedule)).toBeUndefined(),
  )
})

describe('a service', () => {
  const target = (min_capacity: number, max_capacity: number): Planned => [
    'aws_appautoscaling_target.app',
    { resource_id: `service/cluster/${name}`, min_capacity, max_capacity },
  ]
  const action = (key: string, schedule: string, min_capacity: number): Planned => [
    `aws_appautoscaling_scheduled_action.night["${key}"]`,
    {
      resource_id: `service/cluster/${name}`,
      schedule,
      scalable_target_action: [{ min_capacity, max_capacity: 4 }],
    },
  ]

  test('runs a revision that Terraform does not know: the size is that of its family', () => {
    expect(vcpuHours(service({}))).toBe(2 * 0.5 * 730)
  })

  test.each([
    ['raised to the fewest', target(3, 4), 3],
    ['held to the most', target(0, 1), 1],
    ['as desired in between', target(1, 4), 2],
    [
      'as desired when the target is of another service',
      [
        'aws_appautoscaling_target.x',
        { resource_id: 'service/c/other', min_capacity: 9, max_capacity: 9 },
      ] as Planned,
      2,
    ],
  ])('%s', (_, bounds, tasks) => expect(vcpuHours(service({}), bounds)).toBe(tasks * 0.5 * 730))

  test('stopped with its scaling suspended is stopped, whatever the fewest are', () => {
    const [address, bounds] = target(2, 4)
    const suspended: Planned = [
      address,
      { ...bounds, suspended_state: [{ dynamic_scaling_out_suspended: true }] },
    ]
    expect(vcpuHours(service({ desired_count: 0 }), suspended)).toBe(0)
  })

  test('with a night and weekend schedule costs the fewest it keeps, averaged over the week', () => {
    const up = action('up', 'cron(0 6 ? * MON-FRI *)', 2)
    const down = action('down', 'cron(0 21 ? * MON-FRI *)', 0)
    expect(vcpuHours(service({}), target(0, 4), up, down)).toBeCloseTo(((5 * 15) / 168) * 2 * 0.5 * 730, 6)
  })

  test('a schedule that cannot be read is said to be left out', () => {
    const { usageAssumed } = estimate(
      planOf([task, service({}), target(0, 4), action('x', 'rate(1 day)', 0)]),
    )
    expect(usageAssumed[0]?.assumed).toBe('a schedule that cannot be read is left out')
  })

  test('scaled to zero costs nothing, and is still there', () => {
    const { lines, notPriced } = estimate(planOf([task, service({ desired_count: 0 })]))
    expect(lines.map(({ monthly }) => monthly)).toEqual([0, 0])
    expect(notPriced).toEqual([])
  })

  test.each([
    ['EC2', service({ launch_type: 'EC2' }), task, 'they run on instances that are priced elsewhere'],
    [
      'no task definition',
      service({}),
      ['aws_vpc.main', {}] as Planned,
      'its task definition is not in this configuration',
    ],
    [
      'Windows',
      service({}),
      [
        'aws_ecs_task_definition.app',
        { ...task[1], runtime_platform: [{ operating_system_family: 'WINDOWS_SERVER_2022_CORE' }] },
      ] as Planned,
      'aws_ecs_task_definition.app runs on WINDOWS_SERVER_2022_CORE, whose licence is not priced',
    ],
  ])('%s is not priced, with the reason', (_, planned, definition, because) => {
    expect(estimate(planOf([planned, definition])).notPriced).toEqual([
      { resource: 'aws_ecs_service.app', component: 'tasks', because },
    ])
  })

  test("takes its cluster's default strategy when it names none", () => {
    const defaults: Planned = [
      'aws_ecs_cluster_capacity_providers.main',
      {
        cluster_name: 'main',
        default_capacity_provider_strategy: [{ capacity_provider: 'FARGATE_SPOT', base: 0, weight: 1 }],
      },
    ]
    const cluster = 'arn:aws:ecs:us-east-1:1:cluster/main'
    const { lines } = estimate(planOf([task, service({ cluster }), defaults]), {
      measured: { spotDiscount: 0.7 },
    })
    expect(lines.map(({ component }) => component)).toEqual(['vCPU (x86) on Spot', 'memory (x86) on Spot'])
    expect(lines[0]?.rate).toBeCloseTo(0.04048 * 0.3, 8)
  })

  test('pays for storage above 20 GB, spelled sizes are read, and measured tasks win', () => {
    const large: Planned = [
      'aws_ecs_task_definition.app',
      { family: 'task', cpu: '1 vCPU', memory: '2 GB', ephemeral_storage: [{ size_in_gib: 50 }] },
    ]
    const { lines } = estimate(planOf([large, service({})]), { measured: { runningTasks: 1.5 } })
    expect(lines.map(({ quantity }) => quantity)).toEqual([1095, 2190, 1.5 * 30 * 730])
  })
})
