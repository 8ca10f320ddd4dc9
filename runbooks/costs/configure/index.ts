import type { Situation } from '../situation.ts'
import type { Month, Variables } from './change.ts'
import { network } from './network.ts'
import { operations } from './operations.ts'
import { stores } from './stores.ts'
import { tasks } from './tasks.ts'

export type { Variables } from './change.ts'

const effects = [network, tasks, stores, operations]

/**
 * The situation as terraform/aws would make it with some variables changed. A test holds this against Terraform's own
 * plans; what is applied is always Terraform's plan.
 */
export function configured(situation: Situation, variables: Variables): Situation {
  const month: Month = { resources: situation.resources, usage: situation.usage }
  const { resources, usage } = effects.reduce((so, effect) => effect(so, variables), month)
  return { ...situation, resources, usage }
}
