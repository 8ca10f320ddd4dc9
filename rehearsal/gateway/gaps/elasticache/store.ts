import type { World } from '../../../world'
import type { Call, Members } from '../../call'
import { tagStore } from '../ask'

/** What the rehearsal remembers of ElastiCache: moto forgets half of it and deletes nothing. */
export function elasticacheStore(world: World) {
  return {
    world,
    groups: new Map<string, ReplicationGroup>(),
    parameterGroups: new Map<string, ParameterGroup>(),
    subnetGroups: new Map<string, Members>(),
    tags: tagStore(),
    arn: (call: Call, kind: string, name: string) =>
      `arn:aws:elasticache:${call.region}:${world.account}:${kind}:${name}`,
  }
}

export type Store = ReturnType<typeof elasticacheStore>

/** A replication group: what it was asked to be, from its creation and every change since. */
export interface ReplicationGroup {
  id: string
  arn: string
  created: Date
  /** The part of its host names that is its own: `name.abc123.use1.cache.amazonaws.com`. */
  domain: string
  /** The members of CreateReplicationGroup, kept up to date. */
  settings: Members
  /** Ids of the clusters it consists of, the primary first. */
  clusters: string[]
}

export interface ParameterGroup {
  family: string
  description: string
  arn: string
  values: Map<string, string>
}

/** Names belong to a region; ElastiCache stores them in lower case. */
export const keyOf = (call: Call, name: string): string => `${call.region}/${String(name).toLowerCase()}`

/** The values of this call's region. */
export function inRegion<T>(call: Call, all: Map<string, T>): T[] {
  return [...all].filter(([key]) => key.startsWith(`${call.region}/`)).map(([, value]) => value)
}
