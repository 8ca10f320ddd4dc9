import { Refusal } from '../errors.ts'
import type { Shared } from '../shared/shared.ts'

const windowMs = 60_000

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
  const [session, address] = await Promise.all([
    limits.perSession > 0 ? shared.count(`limit:session:${who.session}`, windowMs) : undefined,
    limits.perAddress > 0 ? shared.count(`limit:address:${who.address}`, windowMs) : undefined,
  ])
  const verdicts = [
    session && { name: 'session' as const, limit: limits.perSession, ...session },
    address && { name: 'address' as const, limit: limits.perAddress, ...address },
  ].filter((one) => one !== undefined)
  const tightest = verdicts.sort((a, b) => a.limit - a.count - (b.limit - b.count))[0]
  if (!tightest) return undefined
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
