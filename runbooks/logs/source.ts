import type { Aws } from '../aws/clients'
import { isPassing } from '../aws/passing'
import { Failed } from '../core'
import type { LogSource, Page } from './read'

/** How long one waits before a busy CloudWatch, or a network that is away, is asked again. */
const pauses = [1_000, 2_000, 5_000, 10_000, 30_000]

export interface SourceOptions {
  aws: Aws
  group: string
  signal: AbortSignal
  /** Only what has this word; CloudWatch looks for it, and what it finds is looked at once more. */
  word?: string | undefined
  /** Said once, until it goes well again. */
  waiting(why: unknown): void
  /** Where to go on when there is no such log group. */
  next: string
}

/** A log group of CloudWatch, asked again for as long as asking may yet help. */
export function logSource({ aws, group, signal, word, waiting, next }: SourceOptions): LogSource {
  async function ask(wanted: Parameters<LogSource['page']>[0]): Promise<Page | 'lost'> {
    const logs = await aws.logs()
    const { from, to, token } = wanted
    const answer = await logs.filterLogEvents(
      {
        logGroupName: group,
        startTime: Math.max(0, Math.floor(from)),
        endTime: Math.ceil(to),
        ...(word ? { filterPattern: `"${word}"` } : {}),
        ...(token ? { nextToken: token } : {}),
      },
      { abortSignal: signal },
    )
    return {
      token: answer.nextToken,
      events: (answer.events ?? []).map((event) => ({
        id: event.eventId ?? '',
        at: event.timestamp ?? 0,
        ingested: event.ingestionTime ?? 0,
        stream: event.logStreamName ?? '',
        message: event.message ?? '',
      })),
    }
  }

  const sleep = (ms: number) =>
    new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      if (signal.aborted) return reject(signal.reason)
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal.addEventListener('abort', stop, { once: true })
    })

  return {
    now: Date.now,
    sleep,
    async page(wanted) {
      for (let tries = 0; ; tries++) {
        try {
          return await ask(wanted)
        } catch (error) {
          signal.throwIfAborted()
          const { name } = error as Error
          if (name === 'InvalidParameterException' && wanted.token) return 'lost'
          if (name === 'ResourceNotFoundException')
            throw new Failed(`Read the log: there is no log group ${group}`, { next, cause: error })
          if (!isPassing(error)) throw error
          if (tries === 0) waiting(error)
          await sleep(pauses[Math.min(tries, pauses.length - 1)]!)
        }
      }
    },
  }
}
