import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { relative } from 'node:path'
import { type Book, buryFallen, Failed, fallen, type Step } from '../core'
import type { CommandOptions } from '../core/commands/command'
import { home } from '../core/home'
import { leftBy, stateLockIn } from './leftlock'
import { TerraformLog } from './messages'
import type { PlanJson } from './plan'

/** Terraform in one folder, run without questions; `variables` go in as TF_VAR_, never on the command line. */
export class Terraform {
  constructor(
    private readonly book: Book,
    readonly folder: string,
    private readonly variables: Record<string, string> = {},
  ) {}

  /** The program and its folder as a person types them where the runbook was started. */
  get typed(): string {
    const short = relative(process.cwd(), this.folder)
    return `terraform -chdir=${short && !short.startsWith('..') ? short : this.folder}`
  }

  /** The same folder with more variables. */
  with(variables: Record<string, string>): Terraform {
    return new Terraform(this.book, this.folder, { ...this.variables, ...variables })
  }

  async init(args: string[] = []): Promise<void> {
    await this.#run(['init', '-input=false', '-no-color', ...args])
  }

  /** Plans into a file under `.runbooks/plans` and returns its path with what it says. */
  async plan(name: string, step?: Step, args: string[] = []): Promise<{ file: string; plan: PlanJson }> {
    const { file, unchanged } = await this.planFile(name, step, args)
    // To show a plan starts the provider once more, which takes seconds.
    if (unchanged) return { file, plan: { resource_changes: [], output_changes: {} } }
    const { stdout } = await this.#run(['show', '-json', file], { onLine: unheard })
    return { file, plan: JSON.parse(stdout) as PlanJson }
  }

  /** The same without its contents: for a plan that was agreed to before. */
  async planFile(name: string, step?: Step, args: string[] = []) {
    await mkdir(`${home()}/plans`, { recursive: true })
    const file = `${home()}/plans/${name}.tfplan`
    const { unchanged } = await this.#follow(['plan', '-input=false', '-json', `-out=${file}`, ...args], step)
    return { file, unchanged }
  }

  /** What the configuration says of variables that nobody sets; a plan tells that, changes or none. */
  async defaults(name: string, step?: Step): Promise<Record<string, unknown>> {
    const { file } = await this.planFile(name, step)
    const { stdout } = await this.#run(['show', '-json', file], { onLine: unheard })
    const { configuration } = JSON.parse(stdout) as {
      configuration?: { root_module?: { variables?: Record<string, { default?: unknown }> } }
    }
    const variables = Object.entries(configuration?.root_module?.variables ?? {})
    return Object.fromEntries(variables.map(([key, variable]) => [key, variable.default]))
  }

  /** What is wrong with a file's text in Terraform's words, or nothing; whether its values fit, a plan tells. */
  async misread(file: string): Promise<string | undefined> {
    const { exitCode, stderr } = await this.#run(['fmt', '-no-color', '-write=false', '-list=false', file], {
      allow: [0, 2],
      onLine: unheard,
    })
    if (exitCode === 0) return undefined
    return stderr
      .slice(Math.max(0, stderr.indexOf('Error: ')))
      .replace(/\s+/g, ' ')
      .trim()
  }

  /** Applies a plan file, or what the folder says now for some addresses only. */
  async apply(
    what: { file: string } | { targets: string[]; variables?: Record<string, string> },
    step: Step,
  ): Promise<void> {
    const args = 'file' in what ? [what.file] : ['-auto-approve', ...chosen(what)]
    await this.#follow(['apply', '-input=false', '-json', ...args], step)
  }

  async destroy(step: Step): Promise<void> {
    await this.#follow(['destroy', '-input=false', '-auto-approve', '-json'], step)
  }

  /** The outputs' values by name. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.#run(['output', '-json'])
    const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))
  }

  /** Addresses of what the state holds. */
  async list(): Promise<string[]> {
    const { stdout } = await this.#run(['state', 'list'], { allow: [0, 1] })
    return stdout.split('\n').filter(Boolean)
  }

  async import(address: string, id: string): Promise<void> {
    await this.#run(['import', '-input=false', '-no-color', address, id])
  }

  /** Takes an address out of the state; what it stands for goes on. */
  async forget(address: string): Promise<void> {
    await this.#run(['state', 'rm', address])
  }

  async untaint(address: string): Promise<void> {
    await this.#run(['untaint', '-no-color', address])
  }

  /** Runs it to its end, shows what it does, and returns its log. */
  async #follow(args: string[], step?: Step): Promise<TerraformLog> {
    let { ok, log } = await this.#once(args, step)
    if (!ok && (await this.#unlocked(log.errors.join('\n')))) ({ ok, log } = await this.#once(args, step))
    if (!ok) {
      throw new Failed(`Run terraform ${args[0]}: ${log.errors.join('\n') || 'failed'}`, {
        next: `${this.typed} ${args[0]}`,
      })
    }
    buryFallen(this.book.environment)
    return log
  }

  /** Lets go of a lock that a killed Terraform of ours left; anybody else's stays. */
  async #unlocked(errors: string): Promise<boolean> {
    const lock = stateLockIn(errors)
    if (this.book.dryRun || !lock || !leftBy(lock, fallen(this.book.environment), hostname())) return false
    this.book.warn(
      `Terraform was killed here at ${lock.created.toISOString()} and left the state locked: unlocked`,
    )
    await this.#run(['force-unlock', '-force', lock.id])
    return true
  }

  async #once(args: string[], step?: Step): Promise<{ ok: boolean; log: TerraformLog }> {
    const log = new TerraformLog()
    const timer = step && setInterval(() => step.waiting(log.waiting(Date.now())), 1_000)
    try {
      const { exitCode } = await this.book.command('terraform', this.#args(args), {
        env: this.#env(),
        allow: [0, 1],
        onLine: (line) => {
          const text = log.take(line, Date.now())
          if (text) step?.line(text)
        },
      })
      return { ok: exitCode === 0, log }
    } finally {
      clearInterval(timer)
    }
  }

  async #run(args: string[], options: Pick<CommandOptions, 'allow' | 'onLine'> = {}) {
    return this.book.command('terraform', this.#args(args), { env: this.#env(), ...options })
  }

  #args(args: string[]): string[] {
    return [`-chdir=${this.folder}`, ...args]
  }

  #env(): Record<string, string> {
    return {
      TF_IN_AUTOMATION: '1',
      ...Object.fromEntries(Object.entries(this.variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
    }
  }
}

/** A plan is one line of hundreds of kilobytes: for a program, also where somebody reads along with --verbose. */
const unheard = () => {}

/** Values given here win over those of every file. */
function chosen({
  targets,
  variables = {},
}: {
  targets: string[]
  variables?: Record<string, string>
}): string[] {
  return [
    ...targets.map((address) => `-target=${address}`),
    ...Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`),
  ]
}
