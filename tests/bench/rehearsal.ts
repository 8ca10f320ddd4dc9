import { performance } from 'node:perf_hooks'
import { Workspace } from '../rehearsal/support'

/**
 * The figures of the rehearsal, as ratios within one run:
 * the whole guide against `terraform apply` and `destroy` of the same stack by themselves (at most 1.5),
 * `verify` against its slowest check (at most 1.5), a second deploy in seconds (at most 30),
 * `--help` against `aws --version` (below 0.5), and what gateway and scheduler take in memory (below 300 MB).
 *
 *     bun tests/bench/rehearsal.ts
 */
type Figure = { figure: string; measured: string; bar: string; holds: boolean }
const figures: Figure[] = []
const add = (figure: string, value: number, bar: number, unit = '') =>
  figures.push({ figure, measured: `${value.toFixed(2)}${unit}`, bar: `${bar}${unit}`, holds: value <= bar })

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1_000
}

async function median(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = []
  for (let time = 0; time < times; time++) all.push(await seconds(work))
  return all.sort((a, b) => a - b)[Math.floor(times / 2)]!
}

const workspace = await Workspace.make()
try {
  const whole = await seconds(() => workspace.must(['bun', 'runbooks/rehearse.ts']))

  await workspace.up()
  const alone = await seconds(async () => {
    await workspace.must(['rm', '-rf', 'terraform/aws/backend.tf', 'terraform/aws/.terraform'])
    await workspace.must(['rm', '-f', 'terraform/aws/generated.auto.tfvars.json'])
    const terraform = (...args: string[]) => workspace.must(['terraform', '-chdir=terraform/aws', ...args])
    await terraform('init', '-input=false')
    await terraform('apply', '-auto-approve', '-input=false')
    await terraform('destroy', '-auto-approve', '-input=false')
  })
  add('whole rehearsal / terraform apply + destroy alone', whole / alone, 1.5)
  await workspace.must(['bun', 'runbooks/rehearse.ts', 'down'])

  await workspace.up()
  const must = async (name: string) => {
    const run = await workspace.runbook(name)
    if (run.exitCode !== 0) throw new Error(`${name}: exit ${run.exitCode}\n${run.stdout.slice(-2_000)}`)
    return run
  }
  await must('setup')
  await must('deploy')
  await workspace.must(['sh', '-c', 'echo >> server/knowledge/refunds.md'])
  await workspace.commit('Another image')
  add('second deploy, new image, no infrastructure change', await seconds(() => must('deploy')), 30, ' s')

  const ratios: number[] = []
  for (let time = 0; time < 5; time++) {
    const { events, data } = await must('verify')
    const slowest = Math.max(...data.checks.map(({ ms }: { ms: number }) => ms))
    const first = Math.min(
      ...events.filter(({ type }) => type === 'step.started').map(({ at }) => Date.parse(at)),
    )
    const last = Math.max(
      ...events.filter(({ type }) => type === 'step.finished').map(({ at }) => Date.parse(at)),
    )
    ratios.push((last - first) / slowest)
  }
  add('verify / its slowest check', ratios.sort((a, b) => a - b)[2]!, 1.5)

  const help = await median(7, () => workspace.must(['bun', 'runbooks/deploy.ts', '--help']))
  add(
    'deploy --help / aws --version',
    help / (await median(7, () => workspace.must(['aws', '--version']))),
    0.5,
  )

  const { data } = await workspace.exec(['bun', 'runbooks/rehearse.ts', 'status', '--json'])
  const daemon = data.parts.find(({ name }: { name: string }) => name === 'daemon')
  add('gateway and scheduler, two tasks running', daemon.memory / 2 ** 20, 300, ' MB')
} finally {
  await workspace.close()
}
console.table(figures)
process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1
