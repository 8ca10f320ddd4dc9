import type { ServiceDeployment, ServiceDeploymentBrief, ServiceRevision } from '@aws-sdk/client-ecs'
import type { Aws } from './clients'
import type { Stack } from './stack'

/** One move of the service, as ECS remembers it for 90 days. */
export interface Move {
  arn: string
  /** As the service calls the deployment: its service revision's number is the one in `ecs-svc/<number>`. */
  id: string
  /** ARN of the revision it was to bring; undefined where ECS has forgotten its service revision. */
  revision: string | undefined
  digest: string | undefined
  status: NonNullable<ServiceDeployment['status']>
  /** ECS's own words for how it ended. */
  reason: string | undefined
  createdAt: Date
  finishedAt: Date | undefined
}

/** What is not over yet: it can be stopped. */
export const underWay = ({ status }: Pick<Move, 'status'>) =>
  /^(PENDING|IN_PROGRESS|STOP_REQUESTED|ROLLBACK_REQUESTED|ROLLBACK_IN_PROGRESS)$/.test(status)

/** The service's moves, newest first. */
export async function listMoves(aws: Aws, stack: Stack, container: string, limit = 300): Promise<Move[]> {
  const briefs = await listBriefs(aws, stack, limit)
  const targets = new Set(briefs.flatMap(({ targetServiceRevisionArn: arn }) => arn ?? []))
  const revisions = await serviceRevisions(aws, [...targets])
  return briefs
    .map((brief): Move => {
      const revision = revisions.get(brief.targetServiceRevisionArn ?? '')
      const image = revision?.containerImages?.find(({ containerName }) => containerName === container)
      return {
        arn: brief.serviceDeploymentArn ?? '',
        id: `ecs-svc/${brief.targetServiceRevisionArn?.split('/').at(-1)}`,
        revision: revision?.taskDefinition,
        digest: image?.imageDigest,
        status: brief.status ?? 'PENDING',
        reason: brief.statusReason,
        createdAt: brief.createdAt ?? new Date(0),
        finishedAt: brief.finishedAt,
      }
    })
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
}

async function listBriefs(aws: Aws, stack: Stack, limit: number): Promise<ServiceDeploymentBrief[]> {
  const ecs = await aws.ecs()
  const briefs: ServiceDeploymentBrief[] = []
  let nextToken: string | undefined
  do {
    const page = await ecs.listServiceDeployments({
      cluster: stack.cluster,
      service: stack.service,
      maxResults: 100,
      ...(nextToken ? { nextToken } : {}),
    })
    briefs.push(...(page.serviceDeployments ?? []))
    nextToken = page.nextToken
  } while (nextToken && briefs.length < limit)
  return briefs
}

async function serviceRevisions(aws: Aws, arns: string[]): Promise<Map<string, ServiceRevision>> {
  const ecs = await aws.ecs()
  const found = new Map<string, ServiceRevision>()
  for (let at = 0; at < arns.length; at += 20) {
    const { serviceRevisions: some = [] } = await ecs.describeServiceRevisions({
      serviceRevisionArns: arns.slice(at, at + 20),
    })
    for (const one of some) found.set(one.serviceRevisionArn ?? '', one)
  }
  return found
}

/** Asks ECS to end a deployment and to return the service to the last one that completed. False where it is over. */
export async function stopDeployment(aws: Aws, arn: string): Promise<boolean> {
  const ecs = await aws.ecs()
  try {
    await ecs.stopServiceDeployment({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' })
    return true
  } catch (error) {
    if ((error as Error).name === 'ConflictException') return false
    throw error
  }
}

/** The revision that a deployment's rollback has returned the service to. */
export async function returnedTo(aws: Aws, arn: string): Promise<string | undefined> {
  const ecs = await aws.ecs()
  const { serviceDeployments } = await ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] })
  const target = serviceDeployments?.[0]?.rollback?.serviceRevisionArn
  return target && (await serviceRevisions(aws, [target])).get(target)?.taskDefinition
}
