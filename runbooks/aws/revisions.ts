import type { RegisterTaskDefinitionCommandInput, Tag, TaskDefinition } from '@aws-sdk/client-ecs'
import type { Aws } from './clients'
import type { Stack } from './stack'

/** A task definition revision with its tags. */
export type Revision = { taskDefinition: TaskDefinition; tags: Tag[] }

/** Takes an ARN, `family:revision`, or a family for its newest ACTIVE revision. */
export async function findRevision(aws: Aws, name: string): Promise<Revision | undefined> {
  const ecs = await aws.ecs()
  try {
    const { taskDefinition, tags = [] } = await ecs.describeTaskDefinition({
      taskDefinition: name,
      include: ['TAGS'],
    })
    return taskDefinition && { taskDefinition, tags }
  } catch (error) {
    const { name: kind, message } = error as Error
    if (kind === 'ClientException' && /unable to describe/i.test(message)) return undefined
    throw error
  }
}

/** The family's ACTIVE revisions, newest first, at most `limit`. */
export async function newestRevisions(aws: Aws, stack: Stack, limit = 20): Promise<string[]> {
  const ecs = await aws.ecs()
  const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({
    familyPrefix: stack.family,
    sort: 'DESC',
    status: 'ACTIVE',
    maxResults: limit,
  })
  return taskDefinitionArns
}

export async function registerRevision(aws: Aws, input: RegisterTaskDefinitionCommandInput): Promise<string> {
  const ecs = await aws.ecs()
  const { taskDefinition } = await ecs.registerTaskDefinition(input)
  if (!taskDefinition?.taskDefinitionArn)
    throw new Error(`Register ${input.family}: ECS answered without an ARN`)
  return taskDefinition.taskDefinitionArn
}

/** Marks on a revision are how a rollback on another machine knows what it may go back to. */
export async function markRevision(aws: Aws, arn: string, marks: Record<string, string>): Promise<void> {
  const ecs = await aws.ecs()
  await ecs.tagResource({
    resourceArn: arn,
    tags: Object.entries(marks).map(([key, value]) => ({ key: `tria:${key}`, value })),
  })
}

export const marksOf = (tags: Tag[]): Record<string, string> =>
  Object.fromEntries(
    tags
      .filter((tag) => tag.key?.startsWith('tria:'))
      .map((tag) => [tag.key!.slice('tria:'.length), tag.value ?? '']),
  )
