import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import type { Settings } from './small-network'

export interface Written {
  at: number
  message: string
}

/** Several tasks that write so many lines a second together for a while, as Fargate's log driver ships them: in batches, each late by its own delay. */
export async function writeLines(
  settings: Settings,
  { group, streams = 4, perSecond = 5_000, seconds = 3, delays = [0] }: WriteOptions,
): Promise<Written[]> {
  const logs = new CloudWatchLogs(settings)
  const each = Math.round(perSecond / streams / 10)
  const writers = Array.from({ length: streams }, async (_, stream) => {
    const logStreamName = `app/tria-aibpo-backend/${String(stream).repeat(32).slice(0, 32)}`
    await logs.createLogStream({ logGroupName: group, logStreamName }).catch(() => undefined)
    const written: Written[] = []
    const sending: Promise<unknown>[] = []
    const began = Date.now()
    for (let batch = 0; batch < seconds * 10; batch++) {
      const due = began + batch * 100
      await Bun.sleep(Math.max(0, due - Date.now()))
      const lines = Array.from({ length: each }, (_, i): Written => {
        // Several lines of one millisecond, as a busy server has them.
        const at = due + Math.floor((i * 100) / each)
        const message = JSON.stringify({
          time: new Date(at).toISOString(),
          level: i % 50 === 0 ? 'warn' : 'info',
          event: 'request',
          request_id: `r-${stream}-${batch}-${i}`,
          method: 'POST',
          path: '/api/chatbot',
          status: 200,
          ms: i / 10,
          session: `s-${stream}`,
        })
        return { at, message }
      })
      written.push(...lines)
      const logEvents = lines.map(({ at, message }) => ({ timestamp: at, message }))
      const delay = delays[stream % delays.length]!
      // One after the other, and in order, as the driver of one task sends them.
      const before = sending.at(-1)
      sending.push(
        Bun.sleep(delay)
          .then(() => before)
          .then(() => logs.putLogEvents({ logGroupName: group, logStreamName, logEvents })),
      )
    }
    await Promise.all(sending)
    return written
  })
  return (await Promise.all(writers)).flat()
}

interface WriteOptions {
  group: string
  streams?: number
  /** Lines of all streams together. */
  perSecond?: number
  seconds?: number
  /** Milliseconds between a line's time and its arrival, a stream each. */
  delays?: number[]
}
