import { AwsError } from '../../gateway/call.ts'
import type { Ground } from '../ground.ts'
import { lastPart } from '../ids.ts'
import type { ServiceRecord } from '../service/record.ts'
import type { State } from '../state.ts'

/** A service by name or ARN within a cluster, whatever its status. */
export function seekService(
  state: State,
  ground: Ground,
  cluster: string,
  nameOrArn: string,
): ServiceRecord | undefined {
  return state.services.get(ground.arns.service(cluster, lastPart(nameOrArn)))
}

/** As `seekService`, for a call that changes it: deleted ones are not there any more. */
export function findService(state: State, ground: Ground, cluster: string, nameOrArn: string): ServiceRecord {
  const service = seekService(state, ground, cluster, nameOrArn)
  if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.')
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.')
  return service
}

export const invalid = (message: string) => new AwsError('InvalidParameterException', message)
