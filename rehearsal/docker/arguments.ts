/** docker's way with flags: `--name value`, `--name=value`, `-t value`, several of the same, switches. */
export interface Flags {
  /** Those with a value, each with its short name if it has one. */
  values: Record<string, string | undefined>
  switches: Record<string, string | undefined>
}

export interface Parsed {
  get(name: string): string | undefined
  all(name: string): string[]
  on(name: string): boolean
  rest: string[]
}

/** Ends with 125, as docker does when it does not understand its own command line. */
export class UsageError extends Error {}

export function parseFlags(command: string, args: string[], flags: Flags): Parsed {
  const found = new Map<string, string[]>()
  const rest: string[] = []
  const add = (name: string, value: string) => found.set(name, [...(found.get(name) ?? []), value])
  const byShort = (kind: Record<string, string | undefined>, short: string) =>
    Object.keys(kind).find((name) => kind[name] === short)
  const queue = [...args]
  while (queue.length > 0) {
    const arg = queue.shift()!
    if (arg === '--') {
      rest.push(...queue)
      break
    }
    if (arg === '-' || !arg.startsWith('-')) {
      rest.push(arg)
      continue
    }
    const [, dashes = '', written = '', , value] = /^(--?)([^=]+)(=([\s\S]*))?$/.exec(arg) ?? []
    const long = dashes === '--'
    const valued = long
      ? written in flags.values
        ? written
        : undefined
      : byShort(flags.values, written.slice(0, 1))
    const plain = long ? (written in flags.switches ? written : undefined) : byShort(flags.switches, written)
    if (plain) add(plain, value ?? 'true')
    else if (valued) {
      const attached = long ? value : written.length > 1 ? arg.slice(2).replace(/^=/, '') : value
      const given = attached ?? queue.shift()
      if (given === undefined)
        throw new UsageError(
          `flag needs an argument: ${long ? `--${written}` : `'${written}' in -${written}`}`,
        )
      add(valued, given)
    } else {
      const name = long
        ? `unknown flag: --${written}`
        : `unknown shorthand flag: '${written[0]}' in -${written}`
      throw new UsageError(
        `${name}\n\nUsage:  docker ${command} [OPTIONS]\n\nRun 'docker ${command} --help' for more information`,
      )
    }
  }
  return {
    get: (name) => found.get(name)?.at(-1),
    all: (name) => found.get(name) ?? [],
    on: (name) => (found.get(name)?.at(-1) ?? 'false') !== 'false',
    rest,
  }
}
