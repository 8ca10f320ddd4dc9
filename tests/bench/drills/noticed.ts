import { domainTag } from '../../../runbooks/aws/door'
import { marksOf } from '../../../runbooks/aws/revisions'
import type { Trouble } from '../../rehearsal/small-trouble'
import { ask } from './drill'

/** What is committed is not what serves: somebody waits for a change that does not come. */
export async function unserved({ workspace, small }: Trouble): Promise<string | undefined> {
  const head = (await workspace.must(['git', 'rev-parse', 'HEAD'])).stdout.trim()
  const { taskDefinition } = await small.service()
  const { tags } = await small.ecs.describeTaskDefinition({ taskDefinition, include: ['TAGS'] })
  const { commit = 'another' } = marksOf(tags ?? [])
  return commit === head ? undefined : `commit ${head.slice(0, 7)} does not serve: ${commit.slice(0, 7)} does`
}

/** Fewer tasks run than somebody, or autoscaling, asked for. */
export async function tooFew({ small }: Trouble): Promise<string | undefined> {
  const { runningCount = 0, desiredCount = 0 } = await small.service()
  return runningCount < desiredCount ? `${runningCount} of ${desiredCount} tasks run` : undefined
}

/** A deployment of the service was taken back. */
export async function takenBack({ small }: Trouble): Promise<string | undefined> {
  const { cluster, service } = small.stack
  const { serviceDeployments = [] } = await small.ecs.listServiceDeployments({ cluster, service })
  const { status } = serviceDeployments[0] ?? {}
  return status?.startsWith('ROLLBACK_') ? `the last deployment ended as ${status}` : undefined
}

/** A question that the model would answer is answered from the documents alone. */
export async function withoutModel(trouble: Trouble): Promise<string | undefined> {
  const answer = await ask(trouble, `How long does shipping number ${crypto.randomUUID()} take?`)
  if (!answer?.ok) return undefined
  const { metadata } = (await answer.json()) as { metadata: { model: string; fallback?: boolean } }
  return metadata.fallback ? `an answer is ${metadata.model}, without the model` : undefined
}

/** Whoever types the domain of the load balancer's tag, in `curl`'s codes: 6 no such name, 7 nobody there, 60 not trusted. */
export const unreachable =
  (way: 'by its name' | 'straight') =>
  async ({ workspace, small }: Trouble): Promise<string | undefined> => {
    const { LoadBalancers } = await small.elb.describeLoadBalancers({ Names: [small.stack.loadBalancer] })
    const { LoadBalancerArn = '', DNSName } = LoadBalancers![0]!
    const { TagDescriptions } = await small.elb.describeTags({ ResourceArns: [LoadBalancerArn] })
    const domain = TagDescriptions![0]!.Tags!.find(({ Key }) => Key === domainTag)?.Value
    if (!domain) return undefined
    const url = `https://${domain}/health`
    const lead = way === 'straight' ? ['--connect-to', `::${DNSName}`] : []
    const { exitCode } = await workspace.exec(['curl', '-sS', '-m', '5', '-o', '/dev/null', ...lead, url])
    return exitCode === 0 ? undefined : `curl ${url} ends with ${exitCode}`
  }
