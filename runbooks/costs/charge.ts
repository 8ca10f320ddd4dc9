import type { Resource } from './resources.ts'
import type { Usage } from './usage.ts'
import type { World } from './world.ts'

/** How the lines of an estimate are summed up for people. */
export const groups = [
  'Fargate',
  'RDS',
  'Redis',
  'Load balancer',
  'NAT',
  'Endpoints',
  'Addresses',
  'Logs',
  'Monitoring',
  'Images',
  'Secrets and keys',
  'Storage',
  'DNS',
  'WAF',
  'Data transfer',
  'Model',
] as const
export type Group = (typeof groups)[number]

/** A quantity per month of something that has a price. */
export interface Charge {
  group: Group
  component: string
  quantity: number
  /** Key into the price table. */
  price: string
  /** The charge to make in its place where that price is unknown. */
  otherwise?: Charge
  /** What the list price is multiplied by, e.g. 0.5 for half price on Spot; 1 when left out. */
  factor?: number
  /** What in the quantity or the factor is assumed and not read from the plan. */
  assumed?: string
  /** The measure of use that the quantity is. */
  use?: keyof Usage
}

/** Something that costs money but cannot be priced. */
export interface Gap {
  component: string
  because: string
}

export type Priced = Charge | Gap

export const isGap = (each: Priced): each is Gap => 'because' in each

/** What one resource costs by standing there. */
export type Pricer = (resource: Resource, world: World) => Priced[]

/** What the use of all resources of some types costs together: traffic is the environment's, not one gateway's. */
export interface UsagePricer {
  types: readonly string[]
  /** Which of them count; all when left out. */
  applies?(resource: Resource): boolean
  charges(world: World): Charge[]
}

/** AWS's own month in price examples: 365 × 24 / 12. */
export const hoursPerMonth = 730

export const notKnown = (component: string, argument: string): Gap => ({
  component,
  because: `${argument} is not known before the apply`,
})
