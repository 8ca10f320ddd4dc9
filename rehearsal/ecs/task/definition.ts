import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  ECSServiceException,
  type Tag,
  type TaskDefinition,
} from '@aws-sdk/client-ecs'
import { AwsError } from '../../gateway/call.ts'
import type { Moto } from '../moto.ts'

export interface Definition {
  definition: TaskDefinition
  tags: Tag[]
}

/** A task definition by ARN, `family:revision` or family (its latest active one). */
export async function findDefinition(moto: Moto, name: string): Promise<Definition> {
  const asked = new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ['TAGS'] })
  const { taskDefinition, tags = [] } = await moto.ecs.send(asked).catch((error: unknown) => {
    if (error instanceof ECSServiceException) return {} as Partial<DescribeTaskDefinitionCommandOutput>
    throw error
  })
  if (!taskDefinition) throw new AwsError('ClientException', 'Unable to describe task definition.')
  return { definition: taskDefinition, tags }
}

/** As `findDefinition`, for one that must still be runnable. */
export async function findActiveDefinition(moto: Moto, name: string): Promise<Definition> {
  const found = await findDefinition(moto, name)
  if (found.definition.status !== 'ACTIVE')
    throw new AwsError('ClientException', 'TaskDefinition is inactive')
  return found
}

export const containersOf = (definition: TaskDefinition): ContainerDefinition[] =>
  definition.containerDefinitions ?? []

/** The ports the containers listen on, which in awsvpc mode are the task's own. */
export const portsOf = (definition: TaskDefinition): number[] =>
  containersOf(definition).flatMap((it) => (it.portMappings ?? []).map((mapping) => mapping.containerPort!))
