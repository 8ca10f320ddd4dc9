import type { Contender } from './contenders.ts'
import { wrk } from './load.ts'
import { peakMb, residentMb } from './process.ts'

/** So many requests as fast as they are answered, with the memory looked at all along. */
export async function growth(chatbot: Contender, wanted: number) {
  const samples: { at: number; mb: number }[] = []
  let requests = 0
  while (requests < wanted) {
    const running = wrk(chatbot.url, { seconds: 3, script: chatbot.script, clients: 64 })
    const sampling = setInterval(() => samples.push({ at: requests, mb: residentMb(chatbot.pid) }), 250)
    try {
      requests += (await running).requests
    } finally {
      clearInterval(sampling)
    }
  }
  // Between two collections memory goes up and down: a leak lifts the low water, here the lowest tenth of a third.
  const lowWater = (third: number) => {
    const mbs = samples
      .filter(({ at }) => Math.floor((3 * at) / requests) === third)
      .map(({ mb }) => mb)
      .toSorted((x, y) => x - y)
    return mbs[Math.floor(mbs.length / 10)]!
  }
  const every = Math.max(1, Math.floor(samples.length / 24))
  return {
    requests,
    samples: samples.filter((_, index) => index % every === 0).map(({ mb }) => Math.round(mb)),
    peak: peakMb(chatbot.pid),
    ratio: lowWater(2) / lowWater(1),
    dropped: await metric(chatbot.url, 'chatbot_messages_dropped_total'),
  }
}

/** The value of a metric, over all labels or of those named. */
export async function metric(url: string, name: string): Promise<number> {
  const lines = (await (await fetch(`${url}metrics`)).text()).split('\n')
  return lines
    .filter((line) => line.startsWith(`${name} `) || (!name.includes('{') && line.startsWith(`${name}{`)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
