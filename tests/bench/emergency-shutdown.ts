import { type SmallStack, smallStack } from '../rehearsal/small-stack'
import { Workspace } from '../rehearsal/support'

/** How long until the service is told to stop, as a share of what `aws ecs update-service` takes for the one call. */
export const bound = 0.6

interface Round {
  runbookMs: number
  cliMs: number
}

/** Passes calls on to the endpoint, and says when an UpdateService came in. */
function listenFor(target: string) {
  let heard: (at: number) => void = () => {}
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      if (request.headers.get('x-amz-target')?.endsWith('.UpdateService')) heard(performance.now())
      const { pathname, search } = new URL(request.url)
      const answer = await fetch(`${target}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        body: await request.arrayBuffer(),
        decompress: false,
      })
      return new Response(answer.body, { status: answer.status, headers: answer.headers })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    next: () =>
      new Promise<number>((resolve) => {
        heard = resolve
      }),
    stop: () => server.stop(true),
  }
}

/** Both start as a shell starts them, in turn, against one endpoint, so that what else the machine does meets both. */
export async function benchmark(workspace: Workspace, small: SmallStack, rounds: number): Promise<Round[]> {
  const front = listenFor(workspace.env.AWS_ENDPOINT_URL!)
  const env = { AWS_ENDPOINT_URL: front.url }
  const { cluster, service } = small.stack
  const measured: Round[] = []
  try {
    for (let round = 0; round <= rounds; round++) {
      await small.healthy(1)
      const came = front.next()
      const started = performance.now()
      const shell = workspace.spawn(['sh', '-c', 'exec bun runbooks/emergency-shutdown.ts --yes'], { env })
      const runbookMs = (await came) - started
      if ((await shell.exited) !== 0) throw new Error(await new Response(shell.stderr).text())
      if ((await small.service()).desiredCount !== 0) throw new Error('The service was not stopped')

      const begun = performance.now()
      const command = `exec aws ecs update-service --cluster ${cluster} --service ${service} --desired-count 0`
      await workspace.must(['sh', '-c', command], { env })
      const cliMs = performance.now() - begun
      await small.reset()
      // The first round warms the disk's cache for both.
      if (round > 0) measured.push({ runbookMs, cliMs })
    }
  } finally {
    front.stop()
  }
  return measured
}

export function percentile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]!
}

export function summary(measured: Round[]) {
  const own = measured.map(({ runbookMs }) => runbookMs)
  const cli = measured.map(({ cliMs }) => cliMs)
  const ratio = (share: number) => percentile(own, share) / percentile(cli, share)
  return {
    runbook: { p50: percentile(own, 0.5), p95: percentile(own, 0.95) },
    cli: { p50: percentile(cli, 0.5), p95: percentile(cli, 0.95) },
    ratio: { p50: ratio(0.5), p95: ratio(0.95) },
  }
}

if (import.meta.main) {
  const workspace = await Workspace.make()
  try {
    await workspace.up()
    const small = await smallStack(workspace.env, { tasks: 1, drain: 1 })
    const { runbook, cli, ratio } = summary(await benchmark(workspace, small, 20))
    const ms = ({ p50, p95 }: { p50: number; p95: number }) =>
      `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`
    console.log(
      `emergency-shutdown: from the shell's start to UpdateService ${ms(runbook)}; aws ecs update-service ${ms(cli)}; ` +
        `${ratio.p50.toFixed(2)} and ${ratio.p95.toFixed(2)} × (at most ${bound}), 20 rounds`,
    )
    if (ratio.p50 > bound || ratio.p95 > bound) process.exitCode = 1
  } finally {
    await workspace.close()
  }
}
