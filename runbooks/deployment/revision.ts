import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs'
import { container } from '../aws/stack'

/**
 * The revision that a deploy runs: Terraform's newest one, so that changes of cpu, environment and secrets are
 * kept, with the image by digest and the commit it was built from.
 */
export function revisionFrom(
  template: TaskDefinition,
  options: { image: string; commit: string; tag: string; version: string },
): RegisterTaskDefinitionCommandInput {
  const containers = template.containerDefinitions ?? []
  if (!containers.some((definition) => definition.name === container)) {
    throw new Error(`Prepare a revision of ${template.family}: it has no container ${container}`)
  }
  return {
    ...registrable(template),
    family: template.family,
    containerDefinitions: containers.map((definition) =>
      definition.name === container ? { ...definition, image: options.image } : definition,
    ),
    tags: [
      { key: 'tria:commit', value: options.commit },
      { key: 'tria:tag', value: options.tag },
      { key: 'tria:version', value: options.version },
      { key: 'tria:template', value: `${template.family}:${template.revision}` },
    ],
  }
}

/** Whether registering `input` would only make a copy of `existing`. */
export function sameRevision(existing: TaskDefinition, input: RegisterTaskDefinitionCommandInput): boolean {
  const { tags: _tags, ...wanted } = input
  return canonical(registrable(existing)) === canonical(registrable(wanted as TaskDefinition))
}

/** What RegisterTaskDefinition takes of what DescribeTaskDefinition gives. */
export function registrable(definition: TaskDefinition) {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _at,
    registeredBy: _by,
    deregisteredAt: _deregistered,
    deleteRequestedAt: _deleted,
    ...rest
  } = definition
  return rest as TaskDefinition & {
    family: string
    containerDefinitions: TaskDefinition['containerDefinitions']
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part)
            .filter(([, member]) => member !== undefined && !(Array.isArray(member) && member.length === 0))
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  )
}

/** `sha256:...` of an image reference by digest, or undefined for one by tag. */
export const digestIn = (image: string | undefined) => image?.match(/@(sha256:[0-9a-f]{64})$/)?.[1]

export const imageIn = (definition: TaskDefinition | undefined) =>
  definition?.containerDefinitions?.find((one) => one.name === container)?.image
