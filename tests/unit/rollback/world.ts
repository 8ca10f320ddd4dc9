import type { Move } from '../../../runbooks/aws/deployments'
import type { Past } from '../../../runbooks/rollback/past'

/** Minute 0 of a service's life, and those after it. */
export const minute = (number: number) => new Date(Date.UTC(2026, 10, 1, 12, number))

export const arnOf = (number: number) => `arn:aws:ecs:eu-west-1:1:task-definition/task:${number}`
export const numberOf = (arn: string | undefined) => (arn ? Number(arn.split(':').at(-1)) : undefined)

/** Begins at that minute, and has come to serve half a minute later. */
export const move = (number: number, at: number, status: Move['status'] = 'SUCCESSFUL'): Move => ({
  arn: `deployment/${at}`,
  id: `ecs-svc/${at}`,
  revision: arnOf(number),
  digest: undefined,
  status,
  reason: undefined,
  createdAt: minute(at),
  finishedAt: minute(at + 0.5),
})

export const past = (number: number, more: Partial<Past> = {}): Past => ({
  arn: arnOf(number),
  active: true,
  image: `registry/tria@sha256:${String(number).repeat(64).slice(0, 64)}`,
  digest: `sha256:${number}`,
  imageThere: true,
  commit: undefined,
  verified: undefined,
  left: undefined,
  rollback: undefined,
  migrations: undefined,
  migrated: undefined,
  migratedAt: undefined,
  ...more,
})
