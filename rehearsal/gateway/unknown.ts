import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { AwsError } from './call'
import type { Wire } from './protocol/wire'

/** A call that nobody here could answer. */
export interface UnknownCall {
  call: string
  times: number
  last: string
  /** What moto said of it. */
  reason: string
}

/**
 * moto fails on what it does not implement with a page of HTML. AWS never answers in HTML, so that is how
 * such a call is told from an error of the service.
 */
export async function isUnanswered(wire: Wire, response: Response): Promise<boolean> {
  if (response.status !== 404 && response.status < 500) return false
  if (wire.scope.service === 's3' && response.status === 404) return false
  return /^\s*<!doctype html>/i.test(await response.clone().text())
}

/** How AWS answers an operation that an endpoint does not have. None of these is retried by SDKs. */
export function unknownOperation({ protocol, scope, action }: Wire): AwsError {
  const what = `${scope.service}:${action} is not available in this rehearsal`
  if (protocol === 'query' || protocol === 'ec2') {
    return new AwsError(
      'InvalidAction',
      `The action ${action} is not valid for this web service. (${what})`,
      400,
    )
  }
  if (scope.service === 's3') {
    return new AwsError(
      'NotImplemented',
      `A header you provided implies functionality that is not implemented (${what})`,
      501,
    )
  }
  return new AwsError('UnknownOperationException', what, protocol.startsWith('rest') ? 404 : 400)
}

/** Keeps the unknown calls of a rehearsal, each with how often it came. */
export function unknownList(motoLog: string) {
  const all = new Map<string, UnknownCall>()
  return {
    add(wire: Wire): UnknownCall {
      const call = `${wire.scope.service}:${wire.action}`
      const times = (all.get(call)?.times ?? 0) + 1
      const entry = { call, times, last: new Date().toISOString(), reason: lastException(motoLog) }
      all.set(call, entry)
      return entry
    },
    list: (): UnknownCall[] => [...all.values()],
  }
}

/** The last exception in moto's log: the line that tells a missing action from a crash. */
function lastException(file: string): string {
  if (!existsSync(file)) return ''
  const descriptor = openSync(file, 'r')
  const { size } = fstatSync(descriptor)
  const tail = Buffer.alloc(Math.min(size, 8_192))
  readSync(descriptor, tail, 0, tail.length, size - tail.length)
  closeSync(descriptor)
  return (
    tail
      .toString()
      .split('\n')
      .findLast((line) => /^[\w.]+(Error|Exception)\b/.test(line)) ?? ''
  )
}
