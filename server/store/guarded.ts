import type { Breaker } from '../breaker.ts'
import type { Store } from './store.ts'

/** A customer waits for what is read: longer than this the answer does without. */
const patienceMs = 1_000

/** A store that is away is not asked at all: nobody waits for a time-out that the last caller has just had. */
export function guarded(store: Store, breaker: Breaker): Store {
  async function asked<T>(use: () => Promise<T>): Promise<T> {
    if (breaker.open) throw new Error('Ask the store: it is away')
    try {
      const result = await use()
      breaker.succeeded()
      return result
    } catch (error) {
      breaker.failed(error)
      throw error
    }
  }
  return {
    kind: store.kind,
    write: (messages) => asked(() => store.write(messages)),
    recent: (session, limit) => asked(() => inTime(store.recent(session, limit))),
    remove: (session) => asked(() => store.remove(session)),
    expire: (before, limit) => asked(() => store.expire(before, limit)),
    addFeedback: (feedback) => asked(() => store.addFeedback(feedback)),
    unanswered: (limit) => asked(() => store.unanswered(limit)),
    check: () => asked(() => store.check()),
    close: () => {
      breaker.close()
      return store.close()
    },
  }
}

function inTime<T>(reading: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`Ask the store: no answer in ${patienceMs} ms`)),
    patienceMs,
  )
  return Promise.race([reading, late.promise]).finally(() => clearTimeout(timer))
}
