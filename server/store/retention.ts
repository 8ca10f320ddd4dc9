import type { Log } from '../logging/log.ts'
import type { Store } from './store.ts'

const day = 24 * 3_600_000
const batch = 1_000

/**
 * Keeps the promise of knowledge/privacy.md: conversations go when their time is over. Every replica looks once an
 * hour; two that look at once erase the same rows, which is one erasure.
 */
export function startRetention(store: Store, days: number, log: Log, everyMs = 3_600_000): { stop(): void } {
  let stopped = false
  async function erase(): Promise<void> {
    try {
      let erased = 0
      let last = batch
      while (last === batch && !stopped) {
        last = await store.expire(new Date(Date.now() - days * day), batch)
        erased += last
      }
      if (erased > 0) log.info('sessions_expired', { count: erased, days })
    } catch (error) {
      log.warn('retention_failed', { error })
    }
  }
  // Not at once: a start has better things to do, and many replicas start together.
  const first = setTimeout(erase, Math.min(everyMs, 60_000) * (0.5 + Math.random()))
  const timer = setInterval(erase, everyMs)
  return {
    stop() {
      stopped = true
      clearTimeout(first)
      clearInterval(timer)
    },
  }
}
