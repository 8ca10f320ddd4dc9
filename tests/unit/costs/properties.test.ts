import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { estimate } from '../../../runbooks/costs/index.ts'
import { type Planned, planOf } from './plans.ts'

/** Nothing is used, so that all costs are those of what stands. */
const measured = {
  loadBalancerUnits: 0,
  natGb: 0,
  endpointGb: 0,
  egressGb: 0,
  logsIngestedGb: 0,
  logsStoredGb: 0,
  imagesGb: 0,
  bucketGb: 0,
  requests: 0,
  insightsMetrics: 0,
}
const standing = (planned: readonly Planned[]) => estimate(planOf(planned), { measured }).monthly

const subnets = fc.subarray(['subnet-a', 'subnet-b', 'subnet-c'], { minLength: 2 })

/** One piece of an environment: the resources that price each other stay together. */
const piece: fc.Arbitrary<(key: number) => Planned[]> = fc.oneof(
  fc.constant((key: number): Planned[] => [[`aws_nat_gateway.n${key}`, {}]]),
  fc.constant((key: number): Planned[] => [[`aws_eip.e${key}`, {}]]),
  fc.constant((key: number): Planned[] => [[`aws_kms_key.k${key}`, {}]]),
  fc.constant((key: number): Planned[] => [[`aws_vpc.v${key}`, {}]]),
  fc.constant((key: number): Planned[] => [[`aws_mystery_thing.m${key}`, {}]]),
  subnets.map((ids) => (key: number): Planned[] => [[`aws_lb.l${key}`, { subnets: ids }]]),
  subnets.map((ids) => (key: number): Planned[] => [
    [`aws_vpc_endpoint.e${key}`, { vpc_endpoint_type: 'Interface', subnet_ids: ids }],
  ]),
  fc
    .record({ size: fc.integer({ min: 20, max: 4000 }), multi_az: fc.boolean() })
    .map(({ size, multi_az }) => (key: number): Planned[] => [
      [
        `aws_db_instance.d${key}`,
        {
          engine: 'postgres',
          instance_class: 'db.t4g.small',
          allocated_storage: size,
          storage_type: 'gp3',
          multi_az,
        },
      ],
    ]),
  fc.integer({ min: 1, max: 6 }).map((nodes) => (key: number): Planned[] => [
    [
      `aws_elasticache_replication_group.r${key}`,
      { engine: 'redis', node_type: 'cache.t4g.micro', num_cache_clusters: nodes },
    ],
  ]),
  fc
    .record({
      desired: fc.integer({ min: 0, max: 20 }),
      cpu: fc.constantFrom('256', '512', '4096'),
      spot: fc.integer({ min: 0, max: 3 }),
      address: fc.boolean(),
    })
    .map(({ desired, cpu, spot, address }) => (key: number): Planned[] => [
      [`aws_ecs_task_definition.t${key}`, { family: `family-${key}`, cpu, memory: '2048' }],
      [
        `aws_ecs_service.s${key}`,
        {
          name: `service-${key}`,
          desired_count: desired,
          task_definition: `arn:aws:ecs:us-east-1:1:task-definition/family-${key}:1`,
          capacity_provider_strategy: [
            { capacity_provider: 'FARGATE', base: 1, weight: 1 },
            { capacity_provider: 'FARGATE_SPOT', base: 0, weight: spot },
          ],
          network_configuration: [{ assign_public_ip: address }],
        },
      ],
    ]),
)

const pieces = fc.array(piece, { maxLength: 12 })

describe('estimate', () => {
  test('is additive over resources: two environments in one plan cost what they cost apart', () => {
    fc.assert(
      fc.property(pieces, pieces, (some, others) => {
        const left = some.flatMap((make, index) => make(index))
        const right = others.flatMap((make, index) => make(1000 + index))
        expect(standing([...left, ...right])).toBeCloseTo(standing(left) + standing(right), 6)
      }),
    )
  })

  test('does not depend on the order of resources', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const planned = some.flatMap((make, index) => make(index))
        expect(standing(planned.toReversed())).toBeCloseTo(standing(planned), 6)
      }),
    )
  })

  test('each line is its quantity times its rate, and the sum is the sum of the lines', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const { lines, monthly } = estimate(planOf(some.flatMap((make, index) => make(index))))
        for (const line of lines) expect(line.monthly).toBeCloseTo(line.quantity * line.rate, 8)
        expect(lines.reduce((sum, line) => sum + line.monthly, 0)).toBeCloseTo(monthly, 8)
        expect(lines.every(({ quantity, rate }) => quantity >= 0 && rate >= 0)).toBe(true)
      }),
    )
  })

  test('is monotone in the size of a database and in the count of tasks', () => {
    const sizes = fc.tuple(fc.integer({ min: 20, max: 5000 }), fc.integer({ min: 20, max: 5000 }))
    const database = (size: number): Planned[] => [
      [
        'aws_db_instance.d',
        { engine: 'postgres', instance_class: 'db.t4g.micro', allocated_storage: size, storage_type: 'gp3' },
      ],
    ]
    const service = (desired_count: number): Planned[] => [
      ['aws_ecs_task_definition.t', { family: 't', cpu: '256', memory: '512' }],
      ['aws_ecs_service.s', { name: 's', desired_count, task_definition: 'a/t:1', launch_type: 'FARGATE' }],
      ['aws_appautoscaling_target.a', { resource_id: 'service/c/s', min_capacity: 25, max_capacity: 400 }],
    ]
    fc.assert(
      fc.property(sizes, ([a, b]) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(standing(database(less))).toBeLessThanOrEqual(standing(database(more)))
        expect(standing(service(less))).toBeLessThanOrEqual(standing(service(more)))
      }),
    )
  })

  test('is monotone in every measure of use', () => {
    const planned: Planned[] = [
      ['aws_lb.l', { subnets: ['a', 'b'] }],
      ['aws_nat_gateway.n', {}],
      ['aws_vpc_endpoint.e', { vpc_endpoint_type: 'Interface', subnet_ids: ['a', 'b'] }],
      ['aws_cloudwatch_log_group.g', {}],
      ['aws_ecr_repository.r', {}],
      ['aws_s3_bucket.b', {}],
      ['aws_wafv2_web_acl.w', { rule: [] }],
      ['aws_ecs_cluster.c', { setting: [{ name: 'containerInsights', value: 'enabled' }] }],
    ]
    const cost = (use: string, quantity: number) =>
      estimate(planOf(planned), { measured: { ...measured, [use]: quantity } }).monthly
    const keys = fc.constantFrom(...Object.keys(measured))
    const quantity = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(keys, quantity, quantity, (use, a, b) => {
        expect(cost(use, Math.min(a, b))).toBeLessThanOrEqual(cost(use, Math.max(a, b)) + 1e-9)
      }),
    )
    for (const use of Object.keys(measured)) expect(cost(use, 1000)).toBeGreaterThan(cost(use, 0))
  })
})
