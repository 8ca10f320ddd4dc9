import { Refusal } from '../errors.ts'
import type { Counted, Shared } from '../shared/shared.ts'

export interface RateLimits {
  perSession: number
  perAddress: number
}

export interface Verdict {
  limit: number
  remaining: number
  resetSeconds: number
}

/**
 * Counts a request against its session and its address, in one round trip. The headers tell of whichever has less
 * left; 0 switches a limit off.
 */
export async function countRequest(
  shared: Shared,
  limits: RateLimits,
  who: { session: string; address: string },
  onLimited: (limit: 'session' | 'address') => void,
): Promise<Verdict | undefined> {
  const { perSession, perAddress } = limits
  const keys: string[] = []
  if (perSession > 0) keys.push(`limit:session:${who.session}`)
  if (perAddress > 0) keys.push(`limit:address:${who.address}`)
  if (keys.length === 0) return undefined
  const counts = await shared.count(keys)
  const session = perSession > 0 ? counts[0] : undefined
  const address = perAddress > 0 ? counts.at(-1) : undefined
  const leftFor = (limit: number, counted: Counted | undefined) =>
    counted ? limit - counted.count : Number.POSITIVE_INFINITY
  const tightest = leftFor(perAddress, address) < leftFor(perSession, session) ? 'address' : 'session'
  const { count, resetMs } = (tightest === 'address' ? address : session)!
  const limit = tightest === 'address' ? perAddress : perSession
  const verdict: Verdict = {
    limit,
    remaining: Math.max(0, limit - count),
    resetSeconds: Math.max(1, Math.ceil(resetMs / 1_000)),
  }
  if (count > limit) {
    onLimited(tightest)
    throw new Refusal(429, 'rate_limited', `Too many requests: try again in ${verdict.resetSeconds} s.`, {
      ...rateHeaders(verdict),
      'retry-after': String(verdict.resetSeconds),
    })
  }
  return verdict
}

export const rateHeaders = ({ limit, remaining, resetSeconds }: Verdict): Record<string, string> => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(remaining),
  'ratelimit-reset': String(resetSeconds),
})
