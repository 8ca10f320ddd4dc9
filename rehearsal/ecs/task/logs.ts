import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  type InputLogEvent,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Moto } from '../moto.ts'
import { initialisationWords } from '../words/reasons.ts'
import { StartFailure } from './failure.ts'
import type { ExecutionRole } from './role.ts'

/** Takes what a container prints, line by line. */
export interface LogSink {
  line(text: string): void
  /** Sends what is left; resolves when it is there. */
  close(): Promise<void>
}

const nowhere: LogSink = { line() {}, close: async () => {} }

/** CloudWatch's own limits for one PutLogEvents. */
const limits = { events: 10_000, bytes: 1_048_576, overhead: 26, line: 262_144 - 26 }

/** Opens the container's log stream `<prefix>/<container>/<task>`; without its group the task does not start. */
export async function openLogs(
  moto: Moto,
  definition: ContainerDefinition,
  task: { id: string; account: string },
  role: ExecutionRole,
  after: number,
): Promise<LogSink> {
  const settings = definition.logConfiguration
  if (settings?.logDriver !== 'awslogs') return nowhere
  const options = settings.options ?? {}
  const logGroupName = options['awslogs-group']!
  const prefix = options['awslogs-stream-prefix']
  const logStreamName = prefix ? `${prefix}/${definition.name}/${task.id}` : task.id
  const arn = `arn:aws:logs:${options['awslogs-region']}:${task.account}:log-group:${logGroupName}`
  if (options['awslogs-create-group'] === 'true') {
    const refusal = role.refusal('logs:CreateLogGroup', arn)
    if (refusal) throw new StartFailure(initialisationWords.logGroupRefused(refusal))
    await moto.logs.send(new CreateLogGroupCommand({ logGroupName })).catch(unlessThere)
  }
  const refusal = role.refusal('logs:CreateLogStream', `${arn}:log-stream:${logStreamName}`)
  if (refusal) throw new StartFailure(initialisationWords.logsRefused(refusal))
  await moto.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException') throw new StartFailure(initialisationWords.noSuchLogGroup)
    unlessThere(error)
  })
  return shipLines(moto, { logGroupName, logStreamName }, after)
}

function unlessThere(error: Error): void {
  if (error.name !== 'ResourceAlreadyExistsException') throw error
}

function shipLines(
  moto: Moto,
  stream: { logGroupName: string; logStreamName: string },
  after: number,
): LogSink {
  let waiting: InputLogEvent[] = []
  let sending: Promise<void> = Promise.resolve()
  let timer: Timer | undefined
  // One request at a time keeps the order. A log group that is gone loses its lines, as on AWS.
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    sending = sending.then(async () => {
      while (waiting.length > 0) {
        const { batch, rest } = takeBatch(waiting)
        waiting = rest
        await moto.lines.send(new PutLogEventsCommand({ ...stream, logEvents: batch })).catch(() => undefined)
      }
    })
    return sending
  }
  return {
    line(text) {
      // CloudWatch refuses an empty message, and Fargate's log driver does not send one.
      if (text === '') return
      const timestamp = Date.now()
      for (const message of pieces(text)) waiting.push({ timestamp, message })
      timer ??= setTimeout(() => void flush(), after)
    },
    close: flush,
  }
}

/** As many events as one request may hold. */
export function takeBatch(events: InputLogEvent[]): { batch: InputLogEvent[]; rest: InputLogEvent[] } {
  let bytes = 0
  let count = 0
  for (const event of events) {
    bytes += Buffer.byteLength(event.message ?? '') + limits.overhead
    if (count === limits.events || bytes > limits.bytes) break
    count++
  }
  return { batch: events.slice(0, count), rest: events.slice(count) }
}

/** A line too long for one event becomes several. */
export function pieces(text: string, atMost = limits.line): string[] {
  if (Buffer.byteLength(text) <= atMost) return [text]
  const bytes = Buffer.from(text)
  const parts: string[] = []
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(from + atMost, bytes.length)
    // Not in the middle of a character: its following bytes are 10xxxxxx.
    while (to < bytes.length && (bytes[to]! & 0xc0) === 0x80) to--
    parts.push(bytes.subarray(from, to).toString())
    from = to
  }
  return parts
}
