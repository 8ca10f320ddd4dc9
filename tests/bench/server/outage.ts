import { startRedis } from '../../unit/server/support/redis.ts'
import type { Contender } from './contenders.ts'
import { metric } from './growth.ts'
import { wrk } from './load.ts'

/** Redis is killed while the questions keep coming, and started again: what the slowest hundredth waits, and failures. */
export async function outage(chatbot: Contender, redis: Awaited<ReturnType<typeof startRedis>>) {
  const load = () => wrk(chatbot.url, { seconds: 6, script: chatbot.script, clients: 32 })
  const before = await load()
  const underWay = load()
  await Bun.sleep(1_000)
  await redis.kill()
  const during = await underWay
  const again = load()
  await Bun.sleep(1_000)
  await startRedis(redis.port)
  const after = await again
  const until = Date.now() + 10_000
  while ((await metric(chatbot.url, 'chatbot_part_degraded')) > 0) {
    if (Date.now() > until) throw new Error('Redis is back and the chatbot does not use it')
    await Bun.sleep(100)
  }
  return { ratio: during.p99Ms / before.p99Ms, failed: before.failed + during.failed + after.failed }
}
