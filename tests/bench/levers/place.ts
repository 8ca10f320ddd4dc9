import { appendFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Run, Workspace } from '../../rehearsal/support'

/** Where levers are tried: a clone with a rehearsal of its own, or what stands around this shell. */
export interface Place {
  env: Record<string, string | undefined>
  /** The file that --apply writes. */
  values: string
  optimize(...args: string[]): Promise<Run>
  /** Brings other values to what stands. */
  deploy(lines: string, mayGo?: readonly string[]): Promise<void>
  close(): Promise<void>
}

const inFolder = (folder: string) => join(folder, 'terraform/aws/environments/staging.tfvars')

export async function own(): Promise<Place> {
  const workspace = await Workspace.make()
  await workspace.up()
  const values = inFolder(workspace.dir)
  const asItComes = await Bun.file(values).text()
  const must = async (name: string, ...args: string[]) => {
    const run = await workspace.runbook(name, ...args)
    if (run.exitCode !== 0) throw new Error(`${name}: ${run.stdout.slice(-2000)}`)
  }
  await must('setup')
  return {
    env: workspace.env,
    values,
    optimize: (...args) => workspace.runbook('optimize', ...args),
    async deploy(lines, mayGo = []) {
      await Bun.write(values, asItComes)
      appendFileSync(values, `\n${lines}`)
      await must('deploy', ...mayGo.flatMap((address) => ['--allow-destroy', address]))
    },
    close: () => workspace.close(),
  }
}

export function thisShell(): Place {
  const root = resolve(import.meta.dirname, '../../..')
  return {
    env: process.env,
    values: inFolder(root),
    async optimize(...args) {
      const child = Bun.spawn([process.execPath, 'runbooks/optimize.ts', '--yes', '--json', ...args], {
        cwd: root,
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'pipe',
      })
      const [stdout, stderr, exitCode] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      return { exitCode, stdout, stderr, events, data: events.at(-1)?.data }
    },
    // What stands there is its owner's.
    deploy: async () => {},
    close: async () => {},
  }
}
