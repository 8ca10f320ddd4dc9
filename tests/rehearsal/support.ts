import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const clone = resolve(import.meta.dirname, '../..')

/** What a runbook did, as its caller sees it. */
export type Run = {
  exitCode: number
  stdout: string
  stderr: string
  /** With `--json`: the events, the last of them the result. */
  events: Record<string, any>[]
  data: any
}

export type Call = {
  time: string
  call: string
  resource?: string
  status: number
  error?: string
  by: string
  ms: number
}

/** A clone of this tree with a rehearsal of its own: its runbooks, its Terraform folder, its git history. */
export class Workspace {
  #env: Record<string, string | undefined> = {}

  private constructor(readonly dir: string) {}

  static async make(): Promise<Workspace> {
    const dir = await mkdtemp(join(tmpdir(), 'tria-rehearsal-'))
    const workspace = new Workspace(dir)
    const listed = await workspace.exec(['git', 'ls-files', '-co', '--exclude-standard'], { cwd: clone })
    for (const path of listed.stdout.split('\n').filter(Boolean)) {
      if (!(await Bun.file(join(clone, path)).exists())) continue
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await cp(join(clone, path), join(dir, path))
    }
    await symlink(join(clone, 'node_modules'), join(dir, 'node_modules'))
    await workspace.exec(['git', 'init', '-q', '-b', 'main'])
    await workspace.commit('A first commit')
    return workspace
  }

  /** Starts the rehearsal and takes over its environment, as `eval "$(... env)"` does. */
  async up(): Promise<void> {
    await this.must(['bun', 'runbooks/rehearse.ts', 'up'])
    const { stdout } = await this.must(['bun', 'runbooks/rehearse.ts', 'env', '--json'])
    const { set, unset } = JSON.parse(stdout) as { set: Record<string, string>; unset: string[] }
    this.#env = { ...set, ...Object.fromEntries(unset.map((name) => [name, undefined])) }
  }

  /** What leads a program of one's own to the rehearsal. */
  get env(): Record<string, string | undefined> {
    return { ...process.env, ...this.#env }
  }

  /** The PATH inside the rehearsal. */
  get path(): string {
    return this.#env.PATH ?? process.env.PATH ?? ''
  }

  /** Lets calls fail as AWS would fail them, until `clearFaults`. */
  async fault(fault: {
    call: string
    kind?: string
    code?: string
    times?: number
    delay?: number
    accessKey?: string
  }): Promise<void> {
    await fetch(`${this.endpoint}/_rehearsal/faults`, { method: 'POST', body: JSON.stringify(fault) })
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.endpoint}/_rehearsal/faults`, { method: 'DELETE' })
  }

  /** From now on AWS has no more capacity of that kind, or has some again. */
  async capacity(provider: 'FARGATE' | 'FARGATE_SPOT', available: boolean): Promise<void> {
    const body = JSON.stringify({ provider, available })
    await fetch(`${this.endpoint}/_rehearsal/capacity`, { method: 'POST', body })
  }

  /** The API calls since a moment, oldest first. */
  async calls(since: Date): Promise<Call[]> {
    const answer = await fetch(`${this.endpoint}/_rehearsal/calls?since=${since.toISOString()}`)
    return (await answer.json()) as Call[]
  }

  get endpoint(): string {
    return this.#env.AWS_ENDPOINT_URL!
  }

  async close(): Promise<void> {
    await this.exec(['bun', 'runbooks/rehearse.ts', 'down'])
    await rm(this.dir, { recursive: true, force: true })
  }

  async commit(message: string): Promise<string> {
    await this.must(['git', 'add', '-A'])
    await this.must(['git', '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', message])
    return (await this.must(['git', 'rev-parse', 'HEAD'])).stdout.trim()
  }

  /** Runs a runbook as a pipeline would: `--yes --json`, closed stdin. */
  async runbook(name: string, ...args: string[]): Promise<Run> {
    return this.exec(['bun', `runbooks/${name}.ts`, '--yes', '--json', ...args])
  }

  async must(words: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Run> {
    const run = await this.exec(words, options)
    if (run.exitCode !== 0)
      throw new Error(`${words.join(' ')}: exit ${run.exitCode}\n${run.stdout}\n${run.stderr}`)
    return run
  }

  spawn(words: string[], { cwd = this.dir, env = {} }: { cwd?: string; env?: Record<string, string> } = {}) {
    const [program, ...rest] = words
    const file = program === 'bun' ? process.execPath : program!
    return Bun.spawn([file, ...rest], {
      cwd,
      env: { ...process.env, ...this.#env, NO_COLOR: '1', ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
  }

  async exec(words: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Run> {
    const child = this.spawn(words, options)
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ])
    const events = stdout.split('\n').flatMap(parsed)
    return { exitCode, stdout, stderr, events, data: events.at(-1)?.data }
  }

  /** The plain AWS CLI, its JSON undone. */
  async aws(...args: string[]): Promise<any> {
    const { stdout } = await this.must(['aws', ...args, '--output', 'json'])
    return stdout.trim() ? JSON.parse(stdout) : undefined
  }
}

function parsed(line: string): Record<string, any>[] {
  try {
    const value = JSON.parse(line)
    return value && typeof value === 'object' ? [value] : []
  } catch {
    return []
  }
}
