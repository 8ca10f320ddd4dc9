import { type Charge, hoursPerMonth, notKnown, type Priced, type Pricer } from '../charge.ts'
import type { Resource } from '../resources.ts'
import { blocks, text } from '../values.ts'
import { oncePerWorld, type World } from '../world.ts'
import { sizeOf, type TaskSize } from './size.ts'
import { type CapacityProvider, tasksOnSpot } from './spot.ts'
import { type TaskCount, tasksOf } from './tasks.ts'

/** A service: its tasks' vCPU and memory by the hour, for less on Spot, and a public address each if it asks for one. */
export const service: Pricer = (resource, world) => {
  if (['EC2', 'EXTERNAL'].includes(String(text(resource, 'launch_type')))) {
    return [{ component: 'tasks', because: 'they run on instances that are priced elsewhere' }]
  }
  const count = tasksOf(resource, world)
  if (!count) return [notKnown('tasks', 'desired_count')]
  const definition = definitionOf(resource, world)
  const size = definition ? sizeOf(definition) : 'its task definition is not in this configuration'
  if (typeof size === 'string') return [{ component: 'tasks', because: size }]
  const spot = tasksOnSpot(count.tasks, strategyOf(resource, world))
  const discount = world.usage.spotDiscount
  const priced: Priced[] = []
  if (spot < count.tasks || count.tasks === 0)
    priced.push(...compute({ ...count, tasks: count.tasks - spot }, size))
  if (spot > 0) {
    priced.push(
      ...compute({ ...count, tasks: spot }, size).map((charge) => ({
        ...charge,
        component: `${charge.component} on Spot`,
        factor: 1 - discount,
        assumed: `Spot at ${Math.round(discount * 100)} % off`,
      })),
    )
  }
  return [...priced, ...storage(count, size), ...addresses(resource, count)]
}

function compute({ tasks, assumed }: TaskCount, { architecture, vcpu, memoryGb }: TaskSize): Charge[] {
  const key = `fargate.${architecture.toLowerCase()}`
  const hours = tasks * hoursPerMonth
  const common = { group: 'Fargate' as const, ...(assumed && { assumed }) }
  return [
    { ...common, component: `vCPU (${architecture})`, quantity: vcpu * hours, price: `${key}.vcpu` },
    { ...common, component: `memory (${architecture})`, quantity: memoryGb * hours, price: `${key}.memory` },
  ]
}

function storage({ tasks }: TaskCount, { extraStorageGb }: TaskSize): Charge[] {
  if (extraStorageGb === 0) return []
  const quantity = tasks * extraStorageGb * hoursPerMonth
  return [{ group: 'Fargate', component: 'storage above 20 GB', quantity, price: 'fargate.storage' }]
}

function addresses(resource: Resource, { tasks }: TaskCount): Charge[] {
  if (blocks(resource, 'network_configuration')[0]?.assign_public_ip !== true) return []
  const quantity = tasks * hoursPerMonth
  return [{ group: 'Addresses', component: 'public IPv4 of tasks', quantity, price: 'ipv4.hour' }]
}

/**
 * The task definition a service runs. After the first deploy the service has a revision that Terraform does not
 * know, registered by the deploy from Terraform's own of the same family: that one has its size.
 */
function definitionOf(resource: Resource, world: World): Resource | undefined {
  const arn = text(resource, 'task_definition')
  if (typeof arn === 'string') {
    const known = definitionsByName(world)
    return known.get(arn) ?? known.get(arn.slice(arn.lastIndexOf('/') + 1).split(':')[0]!)
  }
  return world.named(resource, 'task_definition').find(({ type }) => type === 'aws_ecs_task_definition')
}

/** Task definitions by their ARN and by their family. */
const definitionsByName = oncePerWorld((world) => {
  const definitions = world.ofType('aws_ecs_task_definition')
  return new Map(
    definitions.flatMap((each) => [
      [each.values.arn, each],
      [each.values.family, each],
    ]),
  )
})

/** The service's own strategy, else its cluster's default; a service that names a launch type has neither. */
function strategyOf(resource: Resource, world: World): CapacityProvider[] {
  const own = blocks(resource, 'capacity_provider_strategy')
  if (own.length > 0 || resource.values.launch_type === 'FARGATE') return own
  const cluster = String(text(resource, 'cluster') ?? '')
  const clusters = world.named(resource, 'cluster')
  const defaults = world.ofType('aws_ecs_cluster_capacity_providers').find((each) => {
    const name = text(each, 'cluster_name')
    return typeof name === 'string'
      ? cluster.endsWith(`/${name}`) ||
          cluster === name ||
          clusters.some(({ values }) => values.name === name)
      : world.named(each, 'cluster_name').some((named) => clusters.includes(named))
  })
  return defaults ? blocks(defaults, 'default_capacity_provider_strategy') : []
}
