import { type SmallStack, type SmallStackOptions, smallStack } from './small-stack'
import { type Run, Workspace } from './support'

/** A small environment to be broken, and looked at by `troubleshoot`. */
export class Trouble {
  /** Of every look: the AWS calls it made for its snapshot. */
  readonly calls: number[] = []

  private constructor(
    readonly workspace: Workspace,
    readonly small: SmallStack,
  ) {}

  static async make(options: SmallStackOptions = {}): Promise<Trouble> {
    const workspace = await Workspace.make()
    await workspace.up()
    const small = await smallStack(workspace.env, { tasks: 1, complete: true, ...options })
    await small.healthy()
    await small.settled()
    return new Trouble(workspace, small)
  }

  async look(...flags: string[]): Promise<Run> {
    const since = new Date()
    const run = await this.workspace.runbook('troubleshoot', ...flags)
    // The journal's own are not the look's.
    const made = (await this.workspace.calls(since)).filter(({ call }) => !/^s3:(Put|List|Head)/.test(call))
    this.calls.push(made.length)
    return run
  }

  /** Looks until that cause is first, as a person who asks again would: a trouble takes a moment to show. */
  async until(id: string, withinMs = 60_000): Promise<Run> {
    for (const deadline = Date.now() + withinMs; ; await Bun.sleep(500)) {
      const run = await this.look()
      if (ids(run)[0] === id) return run
      if (Date.now() > deadline)
        throw new Error(`${id} is not first: ${JSON.stringify(run.data, null, 1)}\n${run.stderr}`)
    }
  }

  /** Moves the service to a revision behind everybody's back, or to the same one anew. */
  async move(taskDefinition?: string): Promise<void> {
    const { cluster, service } = this.small.stack
    await this.small.ecs.updateService({
      cluster,
      service,
      forceNewDeployment: true,
      ...(taskDefinition ? { taskDefinition } : {}),
    })
  }

  /** Back to what served, whole again. */
  async back(): Promise<void> {
    await this.move(this.small.firstRevision)
    await this.small.settled()
    await this.small.healthy()
  }

  /** Types the command that the first finding names. */
  async fix(run: Run): Promise<void> {
    await this.workspace.must(['sh', '-c', first(run).fix.command])
  }
}

export const ids = (run: Run): string[] => (run.data.findings ?? []).map(({ id }: { id: string }) => id)
export const first = (run: Run) => run.data.findings[0]
export const under = (run: Run): string[] => first(run).consequences.map(({ id }: { id: string }) => id)
