import { AwsError } from './call'
import { permissionOf } from './permission'
import type { Wire } from './protocol/wire'

/** A failure that is to happen to calls, the way AWS would fail them. */
export interface Fault {
  /** `ecs:UpdateService`, `ecs:*` or `*`. */
  call: string
  /** A kind below, or an error code of its own. */
  kind?: FaultKind
  code?: string
  message?: string
  status?: number
  /** How many calls it hits; without it, all until it is cleared. */
  times?: number
  /** Milliseconds that a call waits before it is answered. */
  delay?: number
  /** Hits only this access key. */
  accessKey?: string
}

export type FaultKind = 'throttled' | 'expired' | 'invalid' | 'denied' | 'unavailable'

/** The failures to come. Drills add them; a call that matches one uses it up. */
export function faultList() {
  const faults: Fault[] = []
  return {
    add: (fault: Fault) => void faults.push(fault),
    clear: () => void faults.splice(0),
    list: (): readonly Fault[] => faults,
    /** Waits, and throws what the call is to fail with. */
    async strike(wire: Wire, resource: string | undefined): Promise<void> {
      const fault = faults.find((each) => matches(each, wire))
      if (!fault) return
      if (fault.times !== undefined && --fault.times <= 0) faults.splice(faults.indexOf(fault), 1)
      if (fault.delay) await Bun.sleep(fault.delay)
      if (fault.kind || fault.code) throw errorOf(fault, wire, resource)
    },
  }
}

function matches(fault: Fault, { scope, action }: Wire): boolean {
  const [service, wanted] = fault.call.split(':')
  if (fault.accessKey && fault.accessKey !== scope.accessKey) return false
  return (service === '*' || service === scope.service) && (wanted ?? '*') in { '*': 1, [action]: 1 }
}

function errorOf(fault: Fault, wire: Wire, resource: string | undefined): AwsError {
  if (!fault.kind)
    return new AwsError(fault.code ?? 'InternalFailure', fault.message ?? '', fault.status ?? 400)
  const [code, message, status] = words(fault.kind, wire, resource)
  return new AwsError(fault.code ?? code, fault.message ?? message, fault.status ?? status)
}

/** AWS's own codes and words, which differ between the protocols. */
function words(kind: FaultKind, wire: Wire, resource = '*'): [string, string, number] {
  const { protocol, scope, action } = wire
  const s3 = scope.service === 's3'
  const xml = protocol === 'query' || protocol === 'ec2' || s3
  switch (kind) {
    case 'throttled':
      if (s3) return ['SlowDown', 'Please reduce your request rate.', 503]
      if (protocol === 'ec2') return ['RequestLimitExceeded', 'Request limit exceeded.', 503]
      return [xml ? 'Throttling' : 'ThrottlingException', 'Rate exceeded', 400]
    case 'expired':
      if (s3) return ['ExpiredToken', 'The provided token has expired.', 400]
      if (protocol === 'ec2') return ['RequestExpired', 'Request has expired.', 400]
      return xml
        ? ['ExpiredToken', 'The security token included in the request is expired', 403]
        : ['ExpiredTokenException', 'The security token included in the request is expired', 400]
    case 'invalid':
      if (s3)
        return [
          'InvalidAccessKeyId',
          'The AWS Access Key Id you provided does not exist in our records.',
          403,
        ]
      if (protocol === 'ec2')
        return ['AuthFailure', 'AWS was not able to validate the provided access credentials', 401]
      return xml
        ? ['InvalidClientTokenId', 'The security token included in the request is invalid.', 403]
        : ['UnrecognizedClientException', 'The security token included in the request is invalid.', 400]
    case 'denied': {
      const user = `arn:aws:iam::123456789012:user/${scope.accessKey}`
      const what = permissionOf(wire) ?? `${scope.service}:${action}`
      const because = `because no identity-based policy allows the ${what} action`
      const message = `User: ${user} is not authorized to perform: ${what} on resource: ${resource} ${because}`
      if (protocol === 'ec2') return ['UnauthorizedOperation', message, 403]
      return [xml ? 'AccessDenied' : 'AccessDeniedException', message, xml ? 403 : 400]
    }
    case 'unavailable':
      return [
        xml ? 'ServiceUnavailable' : 'ServiceUnavailableException',
        'Service is unavailable. Try again.',
        503,
      ]
  }
}
