import { sweep } from '../unit/server/support/leftovers.ts'
import { compare } from './server/comparison.ts'
import { startChatbot, startParts } from './server/contenders.ts'
import { growth } from './server/growth.ts'
import { outage } from './server/outage.ts'
import { startUp } from './server/start-up.ts'

/**
 * The chatbot's figures, each as a ratio or in processor time, because a machine's speed and what else it does are not
 * the server's: cached answers with everything on against a hello of the same framework and against Fastify on Node
 * that only asks Redis; memory and its growth; an outage of Redis under load; the start at half a processor.
 *
 *     bun tests/bench/server.ts [requests of the growth check, 300000 unless told]
 */
interface Figure {
  figure: string
  measured: string
  bar: string
  holds: boolean
}
const figures: Figure[] = []
const atMost = (figure: string, value: number, bar: number, unit = '') =>
  figures.push({
    figure,
    measured: `${value.toFixed(2)}${unit}`,
    bar: `≤ ${bar}${unit}`,
    holds: value <= bar,
  })
const atLeast = (figure: string, value: number, bar: number) =>
  figures.push({ figure, measured: value.toFixed(2), bar: `≥ ${bar}`, holds: value >= bar })

const requests = Number(process.argv[2] ?? 300_000)
if (!Number.isSafeInteger(requests) || requests < 1) throw new Error('How many requests? A whole number.')

try {
  const parts = await startParts()
  const chatbot = await startChatbot(parts.redis.url, parts.database)

  const { rows, hello, floor, fastify, chat } = await compare(chatbot, parts.redis)
  console.table(rows)
  atLeast('cached answer / Elysia hello, requests per CPU second', hello.cpu / chat.cpu, 0.45)
  atLeast('cached answer / Elysia hello, requests per second', chat.perSecond / hello.perSecond, 0.45)
  atLeast('one JSON body and one Redis GET on Elysia / Elysia hello (CPU)', hello.cpu / floor.cpu, 0.45)
  atLeast('cached answer / Fastify with one Redis GET (CPU)', fastify.cpu / chat.cpu, 1)
  atMost('CPU per cached answer', chat.cpu, 45, ' µs')
  atMost('requests that failed', chat.failed, 0)

  const grown = await growth(chatbot, requests)
  console.log(`Memory over ${grown.requests} requests, MB: ${grown.samples.join(' ')}`)
  atMost('most memory under load', grown.peak, 128, ' MB')
  atMost('low water of memory, last third / second third of the requests', grown.ratio, 1.05)
  // How many depends on this machine's Postgres, which has what wrk and Redis leave it of one core.
  console.log(`Messages dropped, and counted, at full speed: ${grown.dropped} of ${2 * grown.requests}`)
  atMost('messages neither in Postgres nor counted as dropped', await parts.missing(chatbot), 0)

  const away = await outage(chatbot, parts.redis)
  atMost('p99 while Redis is killed / before', away.ratio, 3)
  atMost('failed requests while Redis was killed and came back', away.failed, 0)

  const start = await startUp(chatbot.image)
  atMost(`start to first /health, ${start.how}`, start.seconds, 0.4, ' s')
} finally {
  sweep()
}
console.table(figures)
process.exit(figures.every(({ holds }) => holds) ? 0 : 1)
