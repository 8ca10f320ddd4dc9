import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  ECSServiceException,
  ListTaskDefinitionsCommand,
  type Tag,
  type TaskDefinition,
} from '@aws-sdk/client-ecs'
import { AwsError } from '../../gateway/call.ts'
import { lastPart } from '../ids.ts'
import type { Moto } from '../moto.ts'

export interface Definition {
  definition: TaskDefinition
  tags: Tag[]
}

/** A task definition by ARN, `family:revision` or family (its latest active one). */
export async function findDefinition(moto: Moto, name: string): Promise<Definition> {
  const exact = /:\d+$/.test(name) ? name : await latestOf(moto, name)
  const found = exact && (await described(moto, exact))
  if (!found) throw new AwsError('ClientException', 'Unable to describe task definition.')
  return found
}

async function described(moto: Moto, name: string): Promise<Definition | undefined> {
  try {
    const asked = new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ['TAGS'] })
    const { taskDefinition, tags = [] } = await moto.ecs.send(asked)
    return taskDefinition && { definition: taskDefinition, tags }
  } catch (error) {
    // That there is none is an answer; anything else is not.
    if (error instanceof ECSServiceException && error.$fault === 'client') return undefined
    throw error
  }
}

/** moto's own choice may be a revision that was deregistered. */
async function latestOf(moto: Moto, family: string): Promise<string | undefined> {
  const asked = new ListTaskDefinitionsCommand({ familyPrefix: lastPart(family), status: 'ACTIVE' })
  const { taskDefinitionArns = [] } = await moto.ecs.send(asked)
  const revision = (arn: string) => Number(arn.slice(arn.lastIndexOf(':') + 1))
  return taskDefinitionArns.sort((a, b) => revision(b) - revision(a))[0]
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
