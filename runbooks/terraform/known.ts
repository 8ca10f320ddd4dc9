import type { Aws } from '../aws/clients'
import { type Stack, stackOf } from '../aws/stack'
import { Failed } from '../core'
import { environmentNames, unknownName } from './names'

/**
 * A name that has no values here, nor anything in AWS, is a slip of the finger: a runbook that looks would find
 * everything missing, and advise to deploy it. Who has values, or a colleague's environment, is asked about nothing.
 */
export async function refuseUnknown(
  aws: Aws,
  /** Those after the first are said with `--also`. */
  environments: string[],
  runbook: string,
  known = environmentNames(),
): Promise<void> {
  for (const [index, environment] of environments.entries()) {
    const unknown = unknownName(environment, known)
    if (!unknown || (await isThere(aws, stackOf(environment)))) continue
    const { words, meant } = unknown
    throw new Failed(`Look at ${environment}: ${words}`, {
      next: meant
        ? `bun runbooks/${runbook} ${index === 0 ? '--environment' : '--also'} ${meant}`
        : `bun runbooks/setup.ts --environment ${environment}   # for a new one`,
    })
  }
}

/** A cluster, or what one has left: a log outlives it. What cannot be asked may be there, and the runbook says then why. */
async function isThere(aws: Aws, { cluster, logGroup }: Stack): Promise<boolean> {
  const parts = await Promise.allSettled([clusterThere(aws, cluster), logThere(aws, logGroup)])
  return parts.some((part) => part.status === 'rejected' || part.value)
}

async function clusterThere(aws: Aws, cluster: string): Promise<boolean> {
  const { clusters = [] } = await (await aws.ecs()).describeClusters({ clusters: [cluster] })
  return clusters.some(({ status }) => status !== 'INACTIVE')
}

async function logThere(aws: Aws, logGroupNamePrefix: string): Promise<boolean> {
  const { logGroups = [] } = await (await aws.logs()).describeLogGroups({ logGroupNamePrefix })
  return logGroups.some(({ logGroupName }) => logGroupName === logGroupNamePrefix)
}
