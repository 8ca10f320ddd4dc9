import type { World } from './world.ts'

/** What a new account may use, of what the guide's stack uses. */
export const quotas: [service: string, code: string, name: string, value: number][] = [
  ['fargate', 'L-3032A538', 'Fargate On-Demand vCPU resource count', 6],
  ['fargate', 'L-36FBB829', 'Fargate Spot vCPU resource count', 6],
  ['ecs', 'L-9EF96962', 'Services per cluster', 5000],
  ['elasticloadbalancing', 'L-53DA6B97', 'Application Load Balancers per Region', 50],
  ['elasticloadbalancing', 'L-B22855CB', 'Target Groups per Region', 3000],
  ['vpc', 'L-F678F1CE', 'VPCs per Region', 5],
  ['vpc', 'L-FE5A380F', 'NAT gateways per Availability Zone', 5],
  ['ec2', 'L-0263D0A3', 'EC2-VPC Elastic IPs', 5],
  ['rds', 'L-7B6409FD', 'DB instances', 40],
  ['elasticache', 'L-DFE45DF3', 'Nodes per Region', 300],
]

export const vcpuQuotas = { FARGATE: 'L-3032A538', FARGATE_SPOT: 'L-36FBB829' } as const

const raised = new WeakMap<World, Map<string, number>>()

/** What the account may use now. */
export const quotaOf = (world: World, code: string): number =>
  raised.get(world)?.get(code) ?? quotas.find((one) => one[1] === code)?.[3] ?? Number.POSITIVE_INFINITY

/** AWS takes days for it, or minutes; here it is granted at once. */
export function raiseQuota(world: World, code: string, value: number): void {
  raised.set(world, (raised.get(world) ?? new Map()).set(code, value))
}
