import { Refusal } from '../errors.ts'
import type { Shared } from '../shared/shared.ts'

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
  const counted: { name: 'session' | 'address'; limit: number; key: string }[] = []
  if (limits.perSession > 0)
    counted.push({ name: 'session', limit: limits.perSession, key: `limit:session:${who.session}` })
  if (limits.perAddress > 0)
    counted.push({ name: 'address', limit: limits.perAddress, key: `limit:address:${who.address}` })
  if (counted.length === 0) return undefined
  const counts = await shared.count(counted.map(({ key }) => key))
  const verdicts = counted.map(({ name, limit }, index) => ({ name, limit, ...counts[index]! }))
  const tightest = verdicts.reduce((a, b) => (b.limit - b.count < a.limit - a.count ? b : a))
  const verdict: Verdict = {
    limit: tightest.limit,
    remaining: Math.max(0, tightest.limit - tightest.count),
    resetSeconds: Math.max(1, Math.ceil(tightest.resetMs / 1_000)),
  }
  if (tightest.count > tightest.limit) {
    onLimited(tightest.name)
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
