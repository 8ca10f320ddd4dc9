import { type Cluster, DescribeClustersCommand } from '@aws-sdk/client-ecs'
import { AwsError } from '../gateway/call.ts'
import { lastPart } from './ids.ts'
import type { Moto } from './moto.ts'

/** The cluster of a request, which when it names none means `default`. */
export async function findCluster(
  moto: Moto,
  name = 'default',
): Promise<Cluster & { name: string; arn: string }> {
  const { clusters = [] } = await moto.ecs.send(
    new DescribeClustersCommand({ clusters: [name], include: ['SETTINGS', 'TAGS'] }),
  )
  const cluster = clusters[0]
  if (!cluster) throw new AwsError('ClusterNotFoundException', 'Cluster not found.')
  if (cluster.status === 'INACTIVE')
    throw new AwsError('ClusterNotFoundException', 'The referenced cluster was inactive.')
  return { ...cluster, name: lastPart(cluster.clusterArn!), arn: cluster.clusterArn! }
}
