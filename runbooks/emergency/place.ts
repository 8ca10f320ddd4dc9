import { type Stack, stackOf } from '../aws/stack'
import type { Book } from '../core'

/** Where an emergency takes place: the environment's own names, or those that were given by hand. */
export interface Place {
  stack: Stack
  /** As Application Auto Scaling calls the service. */
  resourceId: string
  /** The names are not the environment's: nothing may be concluded from its other ones. */
  byHand: boolean
  /** What a command line by hand needs at its end to mean the same account and region. */
  tail: string
  /** The commands that act on the same place. */
  shutdown: string
  restore: string
}

/** The flags of both runbooks. */
export const placeOptions = {
  cluster: {
    type: 'string',
    value: 'NAME',
    help: "The ECS cluster, where it is not the environment's",
    check: named,
  },
  service: {
    type: 'string',
    value: 'NAME',
    help: "The ECS service, where it is not the environment's",
    check: named,
  },
} as const

export const dimension = 'ecs:service:DesiredCount'

export function placeOf(
  { environment, region, profile }: Pick<Book, 'environment' | 'region' | 'profile'>,
  { cluster, service }: { cluster?: string | undefined; service?: string | undefined },
): Place {
  const own = stackOf(environment)
  const stack = { ...own, cluster: cluster ?? own.cluster, service: service ?? own.service }
  const given = [cluster && `--cluster ${cluster}`, service && `--service ${service}`].filter(Boolean)
  const account = [`--region ${region}`, profile && `--profile ${profile}`].filter(Boolean)
  const flags = [`--environment ${environment}`, ...given, ...account].join(' ')
  return {
    stack,
    resourceId: `service/${stack.cluster}/${stack.service}`,
    byHand: stack.cluster !== own.cluster || stack.service !== own.service,
    tail: account.join(' '),
    shutdown: `bun runbooks/emergency-shutdown.ts ${flags}`,
    restore: `bun runbooks/emergency-restore.ts ${flags}`,
  }
}

function named(name: string): string | undefined {
  return /^[A-Za-z0-9_-]{1,255}$/.test(name)
    ? undefined
    : 'must be a name of letters, digits, hyphens and underscores, not an ARN'
}
