import type { World } from '../../world'
import type { Handlers } from '../call'
import { instances } from './rds/instances'
import { parameterGroups } from './rds/parameter-groups'
import { subnetGroups } from './rds/subnet-groups'

/** RDS, on top of what moto has of it. */
export function rds(world: World): Handlers {
  return { rds: { ...instances(world), ...parameterGroups(), ...subnetGroups(world) } }
}
