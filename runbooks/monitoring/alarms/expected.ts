import type { Stack } from '../../aws/stack'

/** An alarm that an environment should have, as Terraform makes it; a test holds the two against each other. */
export interface Expected {
  name: string
  threshold: number
  comparison: 'GreaterThanThreshold' | 'LessThanThreshold'
  /** What it watches, for whoever misses it. */
  watches: string
}

/** What an environment has, as far as its alarms depend on it. */
export interface Outfit {
  storageGb: number
  burstable: boolean
  cacheMembers: number
  /** Only Container Insights counts tasks. */
  insights: boolean
}

/** The guide's table 7.2 as alarms, and those it forgot. */
export function expectedAlarms({ prefix }: Stack, outfit: Outfit): Expected[] {
  const above = (name: string, threshold: number, watches: string): Expected => ({
    name: `${prefix}-${name}`,
    threshold,
    comparison: 'GreaterThanThreshold',
    watches,
  })
  const below = (name: string, threshold: number, watches: string): Expected => ({
    ...above(name, threshold, watches),
    comparison: 'LessThanThreshold',
  })
  const members = Array.from({ length: outfit.cacheMembers }, (_, index) => index + 1)
  return [
    above('ecs-cpu-high', 70, 'ECS CPU over 70 %'),
    above('ecs-memory-high', 80, 'ECS memory over 80 %'),
    above('alb-5xx-high', 1, 'over 1 % of requests end in a 5XX'),
    above('alb-unhealthy-hosts', 0, 'targets that fail their health check'),
    ...(outfit.insights ? [above('ecs-tasks-missing', 0, 'fewer tasks than wanted')] : []),
    above('rds-cpu-high', 80, 'RDS CPU over 80 %'),
    below('rds-storage-low', (outfit.storageGb * 2 ** 30) / 10, 'less than a tenth of the storage free'),
    ...(outfit.burstable ? [below('rds-credits-low', 20, "the database's CPU credits")] : []),
    ...members.flatMap((number) => [
      above(`redis-evictions-${number}`, 100, 'over 100 evictions a minute'),
      above(`redis-memory-high-${number}`, 80, 'Redis memory over 80 %'),
    ]),
  ]
}
