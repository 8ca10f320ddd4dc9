import type {
  ListTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import type { Ground } from '../ground.ts'
import { isFargateSize } from '../judge/fargate.ts'
import { findDefinition } from '../task/definition.ts'
import { page, wire } from './wire.ts'

const refused = (message: string) => new AwsError('ClientException', message)

/** What moto forgets of a task definition. */
interface Kept {
  registeredAt: Date
  registeredBy: string
  deregisteredAt?: Date
  enableFaultInjection: boolean
}

/** Task definitions stay in moto; here is what ECS checks before it takes one, and what moto leaves out of its answers. */
export function definitionHandlers(ground: Ground): Handlers[string] {
  const kept = new Map<string, Kept>()
  const whole = (it: TaskDefinition) => ({ ...it, ...kept.get(it.taskDefinitionArn!) })

  return {
    async RegisterTaskDefinition(call: Call) {
      const input = call.input as RegisterTaskDefinitionRequest
      checkFargate(input)
      const { taskDefinition } = await call.answer()
      kept.set(taskDefinition.taskDefinitionArn, {
        registeredAt: new Date(),
        registeredBy: `arn:aws:iam::${ground.world.account}:user/${call.accessKey || 'rehearsal'}`,
        enableFaultInjection: input.enableFaultInjection ?? false,
      })
      return { taskDefinition: wire(whole(taskDefinition)), tags: input.tags ?? [] }
    },

    async DescribeTaskDefinition(call: Call) {
      const { definition, tags } = await findDefinition(ground.moto, String(call.input.taskDefinition))
      const withTags = (call.input.include ?? []).includes('TAGS')
      return { taskDefinition: wire(whole(definition)), ...(withTags && { tags }) }
    },

    async DeregisterTaskDefinition(call: Call) {
      const { taskDefinition } = await call.answer()
      const known = kept.get(taskDefinition.taskDefinitionArn)
      if (known) known.deregisteredAt = new Date()
      return { taskDefinition: wire(whole(taskDefinition)) }
    },

    async ListTaskDefinitions(call: Call) {
      const input = call.input as ListTaskDefinitionsRequest
      const { taskDefinitionArns = [] } = await call.answer()
      const arns = (taskDefinitionArns as string[]).sort(byFamilyAndRevision)
      if (input.sort === 'DESC') arns.reverse()
      const { items, nextToken } = page(arns, input.maxResults ?? 100, input.nextToken)
      return { taskDefinitionArns: items, ...(nextToken && { nextToken }) }
    },
  }
}

/** Revision 10 comes after revision 9. */
function byFamilyAndRevision(a: string, b: string): number {
  const [familyA = '', revisionA] = a.split(/:(?=\d+$)/)
  const [familyB = '', revisionB] = b.split(/:(?=\d+$)/)
  return familyA < familyB ? -1 : familyA > familyB ? 1 : Number(revisionA) - Number(revisionB)
}

function checkFargate(input: RegisterTaskDefinitionRequest): void {
  if (!input.requiresCompatibilities?.includes('FARGATE')) return
  const { cpu, memory, containerDefinitions = [] } = input
  if (!cpu) throw refused('Fargate requires that "cpu" be defined at the task level.')
  if (!memory) throw refused('Fargate requires that "memory" be defined at the task level.')
  if (input.networkMode !== 'awsvpc')
    throw refused(
      'When networkMode is not set to awsvpc, the task definition is not compatible with FARGATE.',
    )
  const numeric = /^\d+$/.test(cpu) && /^\d+$/.test(memory)
  if (numeric && !isFargateSize(Number(cpu), Number(memory)))
    throw refused(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    )
  if (input.executionRoleArn) return
  for (const it of containerDefinitions) {
    if (it.secrets?.length)
      throw refused(
        "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
      )
    if (it.logConfiguration?.logDriver === 'awslogs')
      throw refused(
        'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
      )
    if (/\.dkr\.ecr\./.test(it.image ?? ''))
      throw refused('Fargate requires task definition to have execution role ARN to support ECR images.')
  }
}
