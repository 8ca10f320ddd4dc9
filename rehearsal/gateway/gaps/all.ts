import type { World } from '../../world'
import type { Handlers } from '../call'

/** What moto lacks or answers otherwise than AWS, one file a service. */
export function gapHandlers(_world: World): Handlers[] {
  return []
}
