import { Refusal } from '../errors.ts'
import type { Shared } from '../shared/shared.ts'
import { inTurn } from './turns.ts'

const keptMs = 24 * 3_600_000
const keyPattern = /^[A-Za-z0-9._:-]{1,128}$/

interface Kept<T> {
  request: string
  reply: T
}

/**
 * `Idempotency-Key`: a client that lost the answer may ask again with the same key, and gets the same answer instead of
 * a second turn of the conversation. The same key with another question is a mistake of the client's.
 */
export async function once<T>(
  shared: Shared,
  { key, session, request, signal }: { key: string; session: string; request: string; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<{ reply: T; replayed: boolean }> {
  if (!keyPattern.test(key)) {
    throw new Refusal(
      422,
      'invalid_idempotency_key',
      'Idempotency-Key must be 1 to 128 letters, digits, dots, colons, dashes or underscores.',
    )
  }
  const name = `once:${session}:${key}`
  return inTurn(shared, name, signal, async () => {
    const text = await shared.get(name)
    if (text) {
      const kept = JSON.parse(text) as Kept<T>
      if (kept.request === request) return { reply: kept.reply, replayed: true }
      throw new Refusal(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another question.')
    }
    const reply = await work()
    await shared.set(name, JSON.stringify({ request, reply } satisfies Kept<T>), keptMs)
    return { reply, replayed: false }
  })
}
