import { join } from 'node:path'

export interface Load {
  perSecond: number
  requests: number
  /** Answers that were not 2xx or 3xx, and connections that failed. */
  failed: number
  p99Ms: number
}

/** wrk on the second core, for so many seconds. Why it cannot run is said in one sentence. */
export async function wrk(
  url: string,
  { seconds, script, clients = 32 }: { seconds: number; script: string; clients?: number },
): Promise<Load> {
  if (!Bun.which('wrk')) throw new Error('The bench needs wrk: apt-get install wrk')
  const path = join(import.meta.dir, script)
  const command = ['wrk', '-t1', `-c${clients}`, `-d${seconds}s`, '--latency', '-s', path, url]
  const child = Bun.spawn(onCore(1, command), { stdout: 'pipe', stderr: 'pipe' })
  const [text, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`wrk: exit ${code}: ${errors || text}`)
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0)
  const [, amount = '0', unit = 'ms'] = /^\s+99%\s+([\d.]+)(us|ms|s)$/m.exec(text) ?? []
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)
  return {
    perSecond: number(/^Requests\/sec:\s+([\d.]+)/m),
    requests: number(/^\s+(\d+) requests in/m),
    failed:
      number(/Non-2xx or 3xx responses: (\d+)/) +
      (sockets?.slice(1).reduce((sum, one) => sum + Number(one), 0) ?? 0),
    p99Ms: Number(amount) * { us: 0.001, ms: 1, s: 1_000 }[unit as 'us' | 'ms' | 's'],
  }
}

/** Held to one core, where the system can do that. */
export const onCore = (core: number, command: string[]): string[] =>
  Bun.which('taskset') ? ['taskset', '-c', String(core), ...command] : command
