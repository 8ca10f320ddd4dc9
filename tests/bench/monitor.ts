import { readFileSync } from 'node:fs'
import { Trouble } from '../rehearsal/small-trouble'

/**
 * What a look costs: `bun tests/bench/monitor.ts [rounds]`.
 *
 * - `monitor --once`, from the start of its process to its result, and its look alone, as multiples of its own slowest AWS
 *   call: as fast as this machine answers, and where calls take as long as they do from far away.
 * - The live board's processor time, of one core, at a refresh every five seconds.
 * - The calls of a look at 1, 10 and 100 environments.
 */
const rounds = Number(process.argv[2] ?? 5)
const { workspace } = await Trouble.make()
const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!

/** One look: how long until the result, from its first call to its last answer, until the end of the process; its slowest call. */
async function once(...flags: string[]) {
  const since = new Date()
  const began = performance.now()
  const child = workspace.spawn(['bun', 'runbooks/monitor.ts', '--once', '--json', ...flags])
  let result = 0
  let text = ''
  for await (const chunk of child.stdout) {
    text += new TextDecoder().decode(chunk)
    if (!result && text.includes('"type":"result"')) result = performance.now() - began
  }
  await child.exited
  // The journal's own are not the look's.
  const calls = (await workspace.calls(since)).filter(({ call }) => !/^s3:(Put|List|Head)/.test(call))
  const times = calls.map(({ time, ms }) => [Date.parse(time) - ms, Date.parse(time)] as const)
  const waited = Math.max(...times.map(([, to]) => to)) - Math.min(...times.map(([from]) => from))
  return {
    result,
    waited,
    end: performance.now() - began,
    slowest: Math.max(...calls.map(({ ms }) => ms)),
    calls,
  }
}

async function ratios(name: string): Promise<void> {
  const seen: Awaited<ReturnType<typeof once>>[] = []
  for (let round = 0; round < rounds; round++) seen.push(await once())
  const of = (pick: (one: (typeof seen)[number]) => number) => Math.round(median(seen.map(pick)))
  const ratio = (pick: (one: (typeof seen)[number]) => number) =>
    median(seen.map((one) => pick(one) / one.slowest)).toFixed(2)
  console.log(
    `${name}: result after ${of(({ result }) => result)} ms, process over after ${of(({ end }) => end)} ms, slowest call ${of(({ slowest }) => slowest)} ms: ${ratio(({ result }) => result)} x; first call sent to last answer: ${ratio(({ waited }) => waited)} x`,
  )
}

/** Processor time of a process so far, in seconds: user and system, as Linux counts in hundredths. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function board(seconds: number): Promise<void> {
  const child = Bun.spawn([process.execPath, 'runbooks/monitor.ts', '--interval', '5'], {
    cwd: workspace.dir,
    env: { ...workspace.env, TERM: 'xterm-256color', CI: undefined },
    terminal: { cols: 120, rows: 45, data() {} },
  })
  // Its start is not what it costs to leave it open.
  await Bun.sleep(6_000)
  const before = cpuSeconds(child.pid)
  await Bun.sleep(seconds * 1_000)
  const share = (100 * (cpuSeconds(child.pid) - before)) / seconds
  child.terminal!.write('q')
  await child.exited
  console.log(`board: ${share.toFixed(2)} % of a core over ${seconds} s`)
}

try {
  // The first look finds out where things are, and remembers it.
  const first = await once()
  console.log(`first look: ${first.calls.length} calls`)
  await ratios('once, as fast as this machine answers')
  await workspace.fault({ call: '*:*', delay: 500 })
  await ratios('once, every call half a second')
  await workspace.clearFaults()
  // CloudWatch's metrics take longest there, too: how long is this bench's guess.
  await workspace.fault({ call: 'monitoring:GetMetricData', delay: 500 })
  await workspace.fault({ call: '*:*', delay: 100 })
  await ratios('once, metrics half a second and all else a tenth')
  await workspace.clearFaults()
  await board(60)
  for (const count of [1, 10, 100]) {
    const names = Array.from({ length: count - 1 }, (_, i) => `e${i}`)
    // What has values is no slip of the finger.
    for (const name of names)
      await Bun.write(`${workspace.dir}/terraform/aws/environments/${name}.tfvars`, '')
    const also = names.flatMap((name) => ['--also', name])
    await once(...also)
    const { calls, result } = await once(...also)
    const metrics = calls.filter(({ call }) => call.endsWith(':GetMetricData')).length
    console.log(
      `${count} environments: ${calls.length} calls, ${metrics} of them GetMetricData, ${Math.round(result)} ms`,
    )
  }
} finally {
  await workspace.close()
}
