import type { TaskDefinition } from '@aws-sdk/client-ecs'
import { findRevision } from '../../aws/revisions'
import { container } from '../../aws/stack'
import type { ImageSeen, MoveSeen, RevisionSeen, ServiceSeen } from '../parts'
import type { Part } from '../snapshot'
import { lookAfter, orElse, type Place, unless } from './look'

/** What serves, what is coming, and what the last move was to bring. */
export function lookAtRevisions(
  { aws, region }: Place,
  service: Promise<Part<ServiceSeen | null>>,
  moves: Promise<Part<MoveSeen[]>>,
): Promise<Part<RevisionSeen[]>> {
  const name = (arn: string) => arn.split('/').at(-1) ?? arn
  return lookAfter(
    service,
    {
      what: 'the service',
      command: (it) =>
        `aws ecs describe-task-definition --task-definition ${name(it?.taskDefinition ?? '')} --region ${region}`,
    },
    async (it) => {
      const [last] = await orElse(moves, [])
      const wanted = [
        it?.taskDefinition,
        ...(it?.deployments ?? []).map(({ taskDefinition }) => taskDefinition),
        last?.revision,
      ].flatMap((one) => one || [])
      const found = await Promise.all([...new Set(wanted)].slice(0, 4).map((arn) => findRevision(aws, arn)))
      return found.flatMap((one) => (one ? [revisionSeen(one.taskDefinition)] : []))
    },
  )
}

function revisionSeen(definition: TaskDefinition): RevisionSeen {
  const own = definition.containerDefinitions?.find(({ name }) => name === container)
  const { logDriver, options } = own?.logConfiguration ?? {}
  return {
    name: definition.taskDefinitionArn ?? '',
    status: definition.status,
    image: own?.image ?? '',
    architecture: definition.runtimePlatform?.cpuArchitecture ?? 'X86_64',
    cpu: definition.cpu,
    memory: definition.memory,
    ports: (own?.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []),
    logGroup: logDriver === 'awslogs' ? options?.['awslogs-group'] : undefined,
    logPrefix: options?.['awslogs-stream-prefix'],
    executionRole: definition.executionRoleArn,
    taskRole: definition.taskRoleArn,
    variables: Object.fromEntries(
      (own?.environment ?? []).map(({ name = '', value = '' }) => [name, shown(name, value)]),
    ),
    secrets: (own?.secrets ?? []).map(({ name = '', valueFrom = '' }) => ({ name, from: valueFrom })),
  }
}

/** Variables that may be told: whatever else stands in a task definition may be a secret that somebody put there. */
const plain =
  /^(PORT|ENVIRONMENT|LOG_LEVEL|OPENAI_MODEL|OPENAI_FALLBACK_MODEL|TRUSTED_PROXY_HOPS|DRAIN_SECONDS)$/

const shown = (name: string, value: string) => (plain.test(name) ? value : '[not told]')

/** Whether the registry has the revisions' images, and for which processors. */
export function lookAtImages(
  { aws, stack, region }: Place,
  revisions: Promise<Part<RevisionSeen[]>>,
): Promise<Part<ImageSeen[]>> {
  const repository = (image: string) =>
    image.match(/^\d+\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/([^:@]+)/)?.[1]
  return lookAfter(
    revisions,
    {
      what: 'the task definition',
      command: (known) => {
        const digest = known[0]?.image.split('@')[1]
        const which = digest ? ` --image-ids imageDigest=${digest}` : ''
        return `aws ecr describe-images --repository-name ${stack.repository}${which} --region ${region}`
      },
    },
    async (known) => {
      const ecr = await aws.ecr()
      const references = [...new Set(known.map(({ image }) => image))].filter((image) => repository(image))
      return Promise.all(
        references.map(async (reference): Promise<ImageSeen> => {
          const [, digest] = reference.split('@')
          const tag = reference.match(/:([^:/@]+)$/)?.[1] ?? 'latest'
          const answer = await unless(
            /^RepositoryNotFound/,
            ecr.batchGetImage({
              repositoryName: repository(reference)!,
              imageIds: [digest ? { imageDigest: digest } : { imageTag: tag }],
            }),
          )
          const manifest = answer?.images?.[0]?.imageManifest
          return { reference, exists: manifest !== undefined, architectures: architecturesIn(manifest) }
        }),
      )
    },
  )
}

/** An index names the platforms it has an image for; a plain manifest does not. */
function architecturesIn(manifest: string | undefined): string[] | undefined {
  try {
    const { manifests } = JSON.parse(manifest ?? '{}') as {
      manifests?: { platform?: { architecture?: string } }[]
    }
    const named = manifests
      ?.flatMap(({ platform }) => platform?.architecture ?? [])
      .filter((one) => one !== 'unknown')
    return named?.length ? [...new Set(named)] : undefined
  } catch {
    return undefined
  }
}
