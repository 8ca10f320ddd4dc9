import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { eventually, startBalanced } from '../unit/elb/balanced.ts'

/** What balancing may cost: processor time a request as a multiple of a hello's, delay, memory. */
export const bounds = { cpuRatio: 8, delayMs: 1.5, mb: 200 }

/**
 * A hello through the load balancer against the same hello asked of the target directly: processor time of the
 * balancer's process over that of the target's, the added median delay with one client, and the memory of
 * the process while it carries 300 event streams at once, gateway and AWS's client included.
 */
export async function benchmark(seconds = 3) {
  const b = await startBalanced()
  const eni = await b.attach()
  const target = Bun.spawn(
    [process.execPath, import.meta.path, 'target', String(b.network.listen(eni, 8080))],
    {
      stdout: 'ignore',
    },
  )
  const direct = `http://127.0.0.1:${b.network.listen(eni, 8080)}`
  try {
    const registered = { TargetGroupArn: b.targetGroupArn, Targets: [{ Id: eni.privateIp, Port: 8080 }] }
    await b.client.send(new RegisterTargetsCommand(registered))
    await eventually(async () => expectHealthy(await b.health()))
    await load(b.url, 0.5)
    const targetBefore = await cpuOf(direct)
    const balancerBefore = process.cpuUsage()
    const through = await load(b.url, seconds)
    const { user, system } = process.cpuUsage(balancerBefore)
    const balancerCpu = (user + system) / through.requests
    const targetCpu = ((await cpuOf(direct)) - targetBefore) / through.requests
    const alone = await load(direct, seconds)
    const delayMs = median(await delays(b.url)) - median(await delays(direct))

    const streams = await Promise.all(Array.from({ length: 300 }, () => openStream(b.url)))
    const mb = process.memoryUsage().rss / 2 ** 20
    for (const stream of streams) stream.abort()
    return {
      cpuRatio: balancerCpu / targetCpu,
      balancerCpu,
      throughput: through.requests / alone.requests,
      delayMs,
      mb,
    }
  } finally {
    target.kill()
    await target.exited
    await b.stop()
  }
}

function expectHealthy(health: (string | undefined)[][]): void {
  if (health[0]?.[1] !== 'healthy') throw new Error(`The target is ${health[0]?.slice(1).join(' ')}`)
}

/** Asks with 16 clients from a process of their own. */
async function load(url: string, seconds: number): Promise<{ requests: number }> {
  const client = Bun.spawn([process.execPath, import.meta.path, 'client', url, String(seconds)])
  return JSON.parse(await new Response(client.stdout).text())
}

async function cpuOf(url: string): Promise<number> {
  return Number(await (await fetch(`${url}/cpu`)).text())
}

async function delays(url: string): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < 500; i++) {
    const started = performance.now()
    await (await fetch(url)).text()
    times.push(performance.now() - started)
  }
  return times
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** A stream that has begun; its client is in this process too, and counts. */
async function openStream(url: string): Promise<AbortController> {
  const abort = new AbortController()
  const response = await fetch(`${url}/stream`, { signal: abort.signal })
  const reader = response.body?.getReader()
  await reader?.read()
  return abort
}

/** The target's own process. */
function runTarget(port: number): void {
  Bun.serve({
    hostname: '127.0.0.1',
    port,
    idleTimeout: 0,
    fetch(request) {
      const { pathname } = new URL(request.url)
      if (pathname === '/cpu')
        return new Response(String(process.cpuUsage().user + process.cpuUsage().system))
      if (pathname !== '/stream') return new Response('hello')
      const start = (controller: ReadableStreamDefaultController) => controller.enqueue('data: begun\n\n')
      return new Response(new ReadableStream({ start }), { headers: { 'content-type': 'text/event-stream' } })
    },
  })
}

async function runClient(url: string, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1000
  let requests = 0
  const one = async () => {
    while (performance.now() < until) {
      await (await fetch(url)).text()
      requests++
    }
  }
  await Promise.all(Array.from({ length: 16 }, one))
  console.log(JSON.stringify({ requests }))
}

if (import.meta.main) {
  const [mode, argument = '', seconds] = process.argv.slice(2)
  if (mode === 'target') runTarget(Number(argument))
  else if (mode === 'client') await runClient(argument, Number(seconds))
  else {
    const { cpuRatio, balancerCpu, throughput, delayMs, mb } = await benchmark()
    console.log(
      `load balancer: ${cpuRatio.toFixed(1)} × the processor time of a hello (at most ${bounds.cpuRatio}; ${balancerCpu.toFixed(0)} µs), ` +
        `${throughput.toFixed(2)} × the throughput of asking directly, ${delayMs.toFixed(2)} ms more delay (at most ${bounds.delayMs}), ` +
        `${mb.toFixed(0)} MB with 300 open streams (at most ${bounds.mb})`,
    )
  }
}
