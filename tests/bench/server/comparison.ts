import { type Contender, startFastify, startFloor, startHello } from './contenders.ts'
import { wrk } from './load.ts'
import { cpuMicros, median } from './process.ts'

const rounds = 5
const clients = 64
/** What a just-in-time compiler needs to have seen. */
const warmRequests = 60_000

interface Run {
  perSecond: number
  /** Microseconds of processor time a request, of the whole process. */
  cpu: number
  failed: number
}

async function once({ url, pid, script }: Contender, seconds = 3): Promise<Run & { requests: number }> {
  const before = cpuMicros(pid)
  const { requests, perSecond, failed } = await wrk(url, { seconds, script, clients })
  return { requests, perSecond, failed, cpu: (cpuMicros(pid) - before) / requests }
}

async function warm(one: Contender): Promise<void> {
  let requests = 0
  for (let time = 0; time < 20 && requests < warmRequests; time++) requests += (await once(one)).requests
}

/** All of them in turn, five times, so that what else the machine does meets all; the medians of the five. */
export async function compare(
  chatbot: Contender,
  redis: { url: string; keys(pattern: string): Promise<string[]> },
) {
  await warm(chatbot)
  const [key] = await redis.keys('tria:production:answer:*')
  const hello = await startHello()
  const floor = await startFloor(redis.url, key!)
  const fastify = await startFastify(redis.url, key!)
  const contenders = [hello, floor, fastify, chatbot]
  for (const one of [hello, floor, fastify]) await warm(one)
  const runs = new Map<Contender, Run[]>(contenders.map((one) => [one, []]))
  for (let round = 0; round < rounds; round++) {
    for (const one of contenders) runs.get(one)!.push(await once(one))
  }
  const of = (one: Contender): Run => {
    const all = runs.get(one)!
    return {
      perSecond: median(all.map(({ perSecond }) => perSecond)),
      cpu: median(all.map(({ cpu }) => cpu)),
      failed: all.reduce((sum, { failed }) => sum + failed, 0),
    }
  }
  return {
    hello: of(hello),
    floor: of(floor),
    fastify: of(fastify),
    chat: of(chatbot),
    rows: contenders.map((one) => ({
      server: one.name,
      'requests/s': Math.round(of(one).perSecond),
      'CPU µs/request': of(one).cpu.toFixed(1),
      'of the best round': Math.min(...runs.get(one)!.map(({ cpu }) => cpu)).toFixed(1),
      failed: of(one).failed,
    })),
  }
}
