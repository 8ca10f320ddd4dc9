import { CostError } from './error.ts'

/** What no configuration tells: how much an environment is used in a month. */
export interface Usage {
  /** Load balancer capacity units, averaged over the month. */
  loadBalancerUnits: number
  /** GB through all NAT gateways together, in both directions. */
  natGb: number
  /** GB through all interface endpoints together. */
  endpointGb: number
  /** GB answered to the internet; the account's first 100 are free. */
  egressGb: number
  logsIngestedGb: number
  /** GB of logs kept, which retention bounds. */
  logsStoredGb: number
  /** GB of images in the registry. */
  imagesGb: number
  /** GB in buckets, as access logs. */
  bucketGb: number
  /** Requests that a web ACL inspects. */
  requests: number
  /** Million tokens that the model is told, and that it answers, in a month. */
  inputTokens: number
  outputTokens: number
  /** Custom metrics of a cluster's Container Insights. */
  insightsMetrics: number
  /** What Spot takes off the on-demand price, 0 to 1. AWS moves it, within about 0.5 and 0.7. */
  spotDiscount: number
  /** Tasks running on average, when measured; the configuration's count otherwise. */
  runningTasks?: number
}

type ProfileName = keyof typeof profiles

/**
 * `small` is the guide's staging environment, and gives the guide's lines: an ALB that is nearly idle (0.1 units is
 * 2.5 new connections, 300 active ones or 0.1 GB in each hour), 10 GB each through NAT and to users, 5 GB of logs
 * written and as much kept, one GB of images, and 4,000 answers by the model of 1,500 tokens in and 150 out. `medium` is ten times its traffic, `large` a hundred times. Container
 * Insights of one service publish 10 metrics each of cluster, service and task family, 5 more of the service and 3 of
 * the cluster.
 */
export const profiles = {
  small: {
    loadBalancerUnits: 0.1,
    natGb: 10,
    endpointGb: 5,
    egressGb: 10,
    logsIngestedGb: 5,
    logsStoredGb: 5,
    imagesGb: 1,
    bucketGb: 1,
    requests: 100_000,
    inputTokens: 6,
    outputTokens: 0.6,
    insightsMetrics: 38,
    spotDiscount: 0.5,
  },
  medium: {
    loadBalancerUnits: 1,
    natGb: 100,
    endpointGb: 50,
    egressGb: 100,
    logsIngestedGb: 50,
    logsStoredGb: 50,
    imagesGb: 5,
    bucketGb: 10,
    requests: 1_000_000,
    inputTokens: 60,
    outputTokens: 6,
    insightsMetrics: 38,
    spotDiscount: 0.5,
  },
  large: {
    loadBalancerUnits: 10,
    natGb: 1000,
    endpointGb: 500,
    egressGb: 1000,
    logsIngestedGb: 500,
    logsStoredGb: 500,
    imagesGb: 20,
    bucketGb: 100,
    requests: 10_000_000,
    inputTokens: 600,
    outputTokens: 60,
    insightsMetrics: 38,
    spotDiscount: 0.5,
  },
} as const satisfies Record<string, Usage>

export interface UsageOption {
  /** `small` when left out. */
  profile?: ProfileName
  /** Quantities that were measured, or that somebody knows: they replace the profile's. */
  measured?: Partial<Usage>
}

export function usageOf({ profile = 'small', measured = {} }: UsageOption): Usage {
  return { ...profiles[profile], ...measured }
}

/** What to say of a quantity of use that nobody measured. */
export function assumptionOf(
  use: keyof Usage,
  { profile = 'small', measured = {} }: UsageOption,
): string | undefined {
  return measured[use] === undefined ? `the ${profile} usage profile` : undefined
}

/** Checks quantities that come from outside, as from a usage file, and names the one that is wrong. */
export function checkUsage(quantities: Record<string, unknown>): Partial<Usage> {
  const known = [...Object.keys(profiles.small), 'runningTasks']
  for (const [key, quantity] of Object.entries(quantities)) {
    if (!known.includes(key)) throw new CostError(`Usage: ${key} is none of ${known.join(', ')}`)
    if (typeof quantity !== 'number' || !Number.isFinite(quantity) || quantity < 0) {
      throw new CostError(`Usage: ${key} is not a number of at least 0`)
    }
    if (key === 'spotDiscount' && quantity > 1)
      throw new CostError('Usage: spotDiscount is not between 0 and 1')
  }
  return quantities
}
