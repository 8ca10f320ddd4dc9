import { describe, expect, test } from 'bun:test'
import { configured, type Variables } from '../../../runbooks/costs/configure/index.ts'
import { type Estimate, estimateOf } from '../../../runbooks/costs/estimate.ts'
import { planned } from '../../../runbooks/costs/situation.ts'
import { fixture } from './fixture.ts'
import { altered } from './world.ts'

/** What each line costs, to a hundredth of a cent, whatever the resource is called. */
const costs = ({ lines }: Estimate) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(lines, ({ group, component }) => `${group}: ${component}`))
      .map(([key, same]) => [
        key,
        Math.round(same!.reduce((sum, { monthly }) => sum + monthly, 0) * 10_000) / 10_000,
      ])
      .sort(([a], [b]) => (a! < b! ? -1 : 1)),
  )

/** Recorded plans of terraform/aws, and the variables they were made with. */
const recorded: [name: string, variables: Variables][] = [
  ['arm', { cpu_architecture: 'ARM64' }],
  ['endpoints', { nat_gateway_mode: 'none', interface_endpoints_enabled: true }],
  ['nat-none', { nat_gateway_mode: 'none' }],
  ['nat-single', { nat_gateway_mode: 'single' }],
  ['schedule', { schedule_enabled: true }],
  ['small-tasks', { ecs_task_cpu: 256, ecs_task_memory: 512, ecs_service_desired_count: 1 }],
  ['spot', { fargate_spot_enabled: true }],
  ['valkey', { redis_engine: 'valkey' }],
]

describe('configured', () => {
  test.each(recorded)(
    'staging changed to %s costs what Terraform plans for it, line by line',
    (name, variables) => {
      const changed = estimateOf(configured(planned(fixture('staging')), variables))
      expect(costs(changed)).toEqual(costs(estimateOf(planned(fixture(name)))))
      expect(changed.notPriced).toEqual([])
    },
  )

  test.each(recorded)('and %s changed back costs what staging costs', (name, variables) => {
    const defaults: Variables = {
      cpu_architecture: 'X86_64',
      interface_endpoints_enabled: false,
      nat_gateway_mode: 'per_az',
      schedule_enabled: false,
      ecs_task_cpu: 512,
      ecs_task_memory: 1024,
      ecs_service_desired_count: 2,
      fargate_spot_enabled: false,
      redis_engine: 'redis',
    }
    const back = Object.fromEntries(Object.keys(variables).map((key) => [key, defaults[key]!]))
    const changed = estimateOf(configured(planned(fixture(name)), back))
    expect(costs(changed)).toEqual(costs(estimateOf(planned(fixture('staging')))))
  })

  test('a change of one thing leaves what another variable decides as it stands, however it came so', () => {
    // An address of a gateway that is gone, and tasks without a way out that terraform/aws would give one.
    const odd = altered(planned(fixture('nat-none')), 'aws_ecs_service', {
      network_configuration: [{ assign_public_ip: false }],
    })
    const left = { address: 'aws_eip.nat[0]', type: 'aws_eip', base: 'aws_eip.nat', values: {}, unknown: {} }
    const situation = { ...odd, resources: [...odd.resources, left] }
    const before = costs(estimateOf(situation))
    const after = costs(estimateOf(configured(situation, { cpu_architecture: 'ARM64' })))
    const besides = (all: Record<string, number>) =>
      Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('Fargate')))
    expect(besides(after)).toEqual(besides(before))
    expect(besides(after)).toHaveProperty(['Addresses: public IPv4'])
  })
})
