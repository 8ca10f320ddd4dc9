import type { Aws } from '../aws/clients'
import { stackOf } from '../aws/stack'
import { Failed } from '../core'
import { environmentNames, unknownName } from './names'

/**
 * A name that has no values here, nor a cluster in AWS, is a slip of the finger: a runbook that looks would find
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
    if (!unknown || (await hasCluster(aws, stackOf(environment).cluster))) continue
    const { words, meant } = unknown
    throw new Failed(`Look at ${environment}: ${words}`, {
      next: meant
        ? `bun runbooks/${runbook} ${index === 0 ? '--environment' : '--also'} ${meant}`
        : `bun runbooks/setup.ts --environment ${environment}   # for a new one`,
    })
  }
}

/** What cannot be asked may be there: the runbook itself says then what it was not allowed to see. */
async function hasCluster(aws: Aws, cluster: string): Promise<boolean> {
  try {
    const { clusters = [] } = await (await aws.ecs()).describeClusters({ clusters: [cluster] })
    return clusters.some(({ status }) => status !== 'INACTIVE')
  } catch {
    return true
  }
}
