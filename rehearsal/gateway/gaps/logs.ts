import type { World } from '../../world'
import type { Handlers } from '../call'

/**
 * CloudWatch merges the streams of a group, whether `interleaved` is asked for or not; moto tells one stream after the
 * other unless it is. The answer can be large, and goes through as it is.
 */
export function logs(world: World): Handlers {
  return {
    logs: {
      FilterLogEvents({ headers, input }) {
        const body = JSON.stringify({ ...input, interleaved: true })
        const names = ['authorization', 'content-type', 'x-amz-target']
        const same = Object.fromEntries(names.map((name) => [name, headers.get(name) ?? '']))
        return fetch(world.motoUrl, { method: 'POST', headers: same, body })
      },
    },
  }
}
