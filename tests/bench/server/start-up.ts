import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { freePort } from '../../unit/server/support/ports.ts'
import { bare } from '../../unit/server/support/server.ts'
import { median } from './process.ts'

/** A group of half a processor, as a task of half a vCPU has; undefined where this system lets us make none. */
function halfProcessor() {
  const [folder, limit] = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')
    ? [
        `/sys/fs/cgroup/cpu/tria-bench-${process.pid}`,
        { 'cpu.cfs_period_us': '100000', 'cpu.cfs_quota_us': '50000' },
      ]
    : [`/sys/fs/cgroup/tria-bench-${process.pid}`, { 'cpu.max': '50000 100000' }]
  try {
    mkdirSync(folder)
    for (const [name, value] of Object.entries(limit)) writeFileSync(`${folder}/${name}`, value)
    return { procs: `${folder}/cgroup.procs`, remove: () => rmdirSync(folder) }
  } catch {
    return undefined
  }
}

/** From the start of the process to its first /health, the median of nine; the embedded store, as after a clone. */
export async function startUp(image: { command: string[]; env: Record<string, string> }) {
  const half = halfProcessor()
  const times: number[] = []
  try {
    for (let time = 0; time < 9; time++) times.push(await once(image, half?.procs))
  } finally {
    half?.remove()
  }
  return {
    seconds: median(times),
    how: half ? 'half a vCPU' : 'a whole processor: no group can be made here',
  }
}

async function once({ command, env }: { command: string[]; env: Record<string, string> }, procs?: string) {
  const port = freePort()
  // The shell joins the group, then becomes the server.
  const joined = procs ? ['sh', '-c', `echo $$ > ${procs} && exec "$0" "$@"`, ...command] : command
  const started = performance.now()
  const child = Bun.spawn([...joined, 'serve'], {
    env: bare({ ...env, PORT: String(port), HOST: '127.0.0.1', DRAIN_SECONDS: '0' }),
    stdout: 'ignore',
    stderr: 'inherit',
  })
  try {
    while (true) {
      const alive = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
      if (alive?.ok) return (performance.now() - started) / 1_000
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}`)
      await Bun.sleep(2)
    }
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
}
