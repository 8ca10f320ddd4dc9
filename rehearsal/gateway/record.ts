import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

/** One line of `calls.jsonl`. */
export interface RecordedCall {
  time: string
  /** `service:Action`, the service by its signing name. */
  call: string
  /** The IAM action that allows it, where its name is another one. */
  permission?: string
  resource?: string
  /** Roles it handed over, each of which takes `iam:PassRole`. */
  passes?: string[]
  status: number
  /** The error's code, when it failed. */
  error?: string
  /** Who called: terraform, aws-cli, boto3, sdk-js or other. */
  by: string
  accessKey: string
  ms: number
}

/** How many calls are kept in memory; the file has them all. */
const kept = 5_000

/** Keeps the calls in memory, and writes them to the file a few times a second. */
export function recorder(dir: string) {
  const file = join(dir, 'calls.jsonl')
  const recent: RecordedCall[] = []
  const seen = new Map<string, number>()
  let waiting: string[] = []
  const flush = () => {
    if (waiting.length === 0) return
    const lines = waiting.join('')
    waiting = []
    appendFileSync(file, lines)
  }
  const timer = setInterval(flush, 250)
  timer.unref()
  return {
    add(call: RecordedCall) {
      recent.push(call)
      if (recent.length > kept) recent.splice(0, recent.length - kept)
      seen.set(call.call, (seen.get(call.call) ?? 0) + 1)
      waiting.push(`${JSON.stringify(call)}\n`)
    },
    recent: (): readonly RecordedCall[] => recent,
    /** How often each `service:Action` was called. */
    seen: (): Record<string, number> => Object.fromEntries([...seen].sort(([a], [b]) => a.localeCompare(b))),
    stop() {
      clearInterval(timer)
      flush()
    },
  }
}

export type Recorder = ReturnType<typeof recorder>

/** Who a user agent is, as far as it matters to which permissions whom. */
export function callerOf(userAgent: string): string {
  if (/terraform/i.test(userAgent)) return 'terraform'
  if (/aws-cli/i.test(userAgent)) return 'aws-cli'
  if (/boto/i.test(userAgent)) return 'boto3'
  if (/aws-sdk-js/i.test(userAgent)) return 'sdk-js'
  return 'other'
}
