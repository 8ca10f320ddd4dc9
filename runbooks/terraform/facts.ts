import type { TaskNetwork } from '../aws/service'
import type { State } from './state'

/** What a deploy takes from the state. */
export type Facts = {
  /** Terraform's newest task definition: the template of what deploy registers. */
  template: string
  /** Where tasks run. */
  network: TaskNetwork
}

/** Reads the facts from a state, or undefined while the things they speak of are not made yet. */
export function factsOf(state: State | undefined): Facts | undefined {
  const template = attributeOf(state, 'aws_ecs_task_definition', 'app', 'arn')
  const { task_subnet_ids: subnets, ecs_security_group_id: group, assign_public_ip: open } = values(state)
  if (typeof template !== 'string' || !Array.isArray(subnets) || typeof group !== 'string') return undefined
  return {
    template,
    network: {
      subnets: subnets.map(String),
      securityGroups: [group],
      assignPublicIp: open === true ? 'ENABLED' : 'DISABLED',
    },
  }
}

function values(state: State | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(state?.outputs ?? {}).map(([name, { value }]) => [name, value]))
}

function attributeOf(state: State | undefined, type: string, name: string, attribute: string): unknown {
  const resource = state?.resources.find(
    (one) => one.mode === 'managed' && one.type === type && one.name === name,
  )
  return resource?.instances?.[0]?.attributes?.[attribute]
}
