import type { Book } from './book'
import type { RunbookError } from './errors'
import type { Recorded, Sink } from './events'
import { common } from './flags/common'
import type { Arguments, Inputs, Options, Values } from './flags/options'

/** What the common flags are called in code. */
export interface CommonInputs {
  environment?: string
  region?: string | undefined
  profile?: string | undefined
  dryRun?: boolean
  yes?: boolean
  json?: boolean
  verbose?: boolean
}

export interface RunInputs extends CommonInputs {
  /** Gets every event; nothing is printed otherwise. */
  output?: Sink | ((event: Recorded) => void)
  /** Aborting it is Ctrl-C. */
  signal?: AbortSignal
}

export interface Outcome<D = unknown> {
  ok: boolean
  exitCode: number
  data: D | undefined
  error?: RunbookError
}

export interface Definition<O extends Options, A extends Arguments, D> {
  /** As the file is called, without `.ts`. */
  name: string
  summary: string
  /** Sections of docs/deployment-guide.md. */
  guide: readonly string[]
  /** What it does, for `--help`, when one line is not enough. */
  description?: string
  options?: O
  /** Words without a flag, in order. */
  arguments?: A
  examples?: readonly string[]
  /** `environment`: confirmed in production, and under the environment's lock. */
  changes: 'environment' | 'nothing'
  /** The same for `--help`, where that word is not the whole truth. */
  effect?: string
  /** `first`: taken before anything else (the default for changes). `later`: with the first change. `none`: for emergencies. */
  lock?: 'first' | 'later' | 'none'
  run(book: Book, options: Values<O> & Values<A>): Promise<D>
}

export type AnyDefinition = Omit<Definition<Options, Arguments, unknown>, 'run'> & {
  run(book: Book, options: never): Promise<unknown>
}

export interface Runbook<I = object, D = unknown> {
  readonly definition: AnyDefinition
  /** As a command: reads the command line, runs, prints, sets the exit code. */
  main(argv?: readonly string[]): Promise<void>
  /** As a function, with no process around it. */
  run(inputs?: RunInputs & I): Promise<Outcome<D>>
}

/** Defines a runbook. */
export function runbook<const O extends Options, const A extends Arguments, D = unknown>(
  definition: Definition<O, A, D>,
): Runbook<Inputs<O> & Inputs<A>, D> {
  for (const name of Object.keys({ ...definition.options, ...definition.arguments })) {
    if (Object.hasOwn(common, name))
      throw new Error(`${definition.name}: --${name} is every runbook's flag already`)
  }
  return {
    definition,
    async main(argv = process.argv.slice(2)) {
      // Loaded when it runs: `--help` needs nothing of it.
      const { main } = await import('./run/main')
      await main(definition, argv)
    },
    async run(inputs) {
      const { runAsFunction } = await import('./run/conduct')
      return runAsFunction(definition, inputs ?? {})
    },
  }
}
