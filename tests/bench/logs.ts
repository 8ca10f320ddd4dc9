import { CloudWatchLogs, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs'
import { stackOf } from '../../runbooks/aws/stack'
import { writeLines } from '../rehearsal/log-writers'
import { Workspace } from '../rehearsal/support'

/**
 * What `monitor.ts logs` reads in a second, and with which memory, as a share of the SDK's own pages on the same endpoint;
 * and what following 5,000 lines a second costs: `bun tests/bench/logs.ts [seconds]`.
 */
const seconds = Number(process.argv[2] ?? 10)
const workspace = await Workspace.make()

function start(...flags: string[]) {
  const words = ['bun', 'runbooks/monitor.ts', 'logs', '--json', '--since', '1h', ...flags]
  return workspace.spawn(words)
}

/** Lines that came out, and the most memory that it took. */
async function used(child: ReturnType<typeof start>) {
  const began = performance.now()
  let lines = 0
  for await (const bytes of child.stdout) for (const byte of bytes) if (byte === 10) lines++
  await child.exited
  const { maxRSS = 0, cpuTime } = child.resourceUsage() ?? {}
  return {
    lines,
    ms: performance.now() - began,
    mb: maxRSS / 2 ** 20,
    cpu: Number(cpuTime?.total ?? 0) / 1e6,
  }
}

try {
  await workspace.up()
  const settings = {
    endpoint: workspace.endpoint,
    region: workspace.env.AWS_REGION!,
    credentials: { accessKeyId: 'AKIAWRITER', secretAccessKey: 'writer' },
  }
  const client = new CloudWatchLogs(settings)
  const { logGroup: group } = stackOf('staging')
  await client.createLogGroup({ logGroupName: group })

  const follower = start('--follow')
  const following = used(follower)
  const load = { group, seconds, perSecond: 5_000, delays: [0, 300, 1_200, 700] }
  const written = await writeLines(settings, load)
  await Bun.sleep(5_000)
  follower.kill('SIGINT')
  const live = await following
  const share = ((live.cpu / (seconds + 5)) * 100).toFixed(0)
  console.log(
    `follow: ${live.lines} events for ${written.length} lines at 5,000 a second, ${share} % of a core, at most ${live.mb.toFixed(0)} MB`,
  )

  for (let round = 0; round < 3; round++) {
    const own = await used(start())
    const began = performance.now()
    let plain = 0
    for await (const { events = [] } of paginateFilterLogEvents(
      { client },
      { logGroupName: group, startTime: 0 },
    ))
      plain += events.length
    const ms = performance.now() - began
    console.log(
      `read: ${Math.round((own.lines / own.ms) * 1_000)} lines a second, at most ${own.mb.toFixed(0)} MB, ${(own.ms / ms).toFixed(2)} of the time of the SDK's own ${plain} events`,
    )
  }
} finally {
  await workspace.close()
}
