import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AwsError } from './call'
import type { Wire } from './protocol/wire'

interface Partitions {
  partitions: { regions: Record<string, unknown> }[]
}

/** Refuses calls that are signed for a region which is none, the way AWS does; moto serves any name. */
export function regionCheck(models: string | undefined): (wire: Wire) => void {
  const file = models && join(models, 'partitions.json')
  const known = new Set<string>()
  if (file && existsSync(file)) {
    const { partitions } = JSON.parse(readFileSync(file, 'utf8')) as Partitions
    for (const { regions } of partitions) for (const name of Object.keys(regions)) known.add(name)
  }
  return ({ scope: { region, service }, protocol }) => {
    if (known.size === 0 || known.has(region)) return
    const message = 'Credential should be scoped to a valid region.'
    if (service === 's3')
      throw new AwsError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${message}`)
    if (protocol === 'json' || protocol === 'cbor') throw new AwsError('InvalidSignatureException', message)
    throw new AwsError('SignatureDoesNotMatch', message, 403)
  }
}
