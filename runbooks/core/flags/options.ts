/** How a runbook declares what it can be told. One declaration gives the parser, `--help` and the types. */
interface Shared {
  help: string
}

export interface StringOption extends Shared {
  type: 'string'
  /** What stands for the value in `--help`, e.g. `TAG`. */
  value: string
  default?: string
  choices?: readonly string[]
  /** What is wrong with a value (`must be ...`), or nothing. */
  check?: (value: string) => string | undefined
  /** May be given several times; the value is then a list. */
  repeatable?: boolean
  required?: boolean
  /** Shown nowhere, from the first event on. */
  secret?: boolean
}

interface IntegerOption extends Shared {
  type: 'integer'
  value: string
  default?: number
  min?: number
  max?: number
  required?: boolean
}

export interface BooleanOption extends Shared {
  type: 'boolean'
}

export type Option = StringOption | IntegerOption | BooleanOption
export type Options = Record<string, Option>

/** A word that stands without a flag, such as the NAME of `rehearse.ts drill NAME`. */
export interface Argument extends Shared {
  choices?: readonly string[]
  check?: (value: string) => string | undefined
  required?: boolean
  /** It takes every further word, and its value is a list; only the last one can. */
  repeatable?: boolean
}
export type Arguments = Record<string, Argument>

/** `no-rollback` on the command line is `noRollback` in code. */
export type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name

export function camel<Name extends string>(name: Name): Camel<Name> {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) as Camel<Name>
}

type Text<O> = O extends { choices: readonly (infer Choice)[] } ? Choice : string
type ValueOf<O> = O extends { type: 'boolean' }
  ? boolean
  : O extends { type: 'integer' }
    ? number
    : O extends { repeatable: true }
      ? Text<O>[]
      : Text<O>

type Always<O> = O extends
  | { type: 'boolean' }
  | { repeatable: true }
  | { required: true }
  | { default: string | number }
  ? true
  : false
type Flat<T> = { [K in keyof T]: T[K] }

/** The declared names; none where nothing was declared. */
type Named<O> = string extends keyof O ? never : keyof O & string

/** What `run` is handed. */
export type Values<O extends Record<string, object>> = Flat<
  { [K in Named<O> as Always<O[K]> extends true ? Camel<K> : never]: ValueOf<O[K]> } & {
    [K in Named<O> as Always<O[K]> extends true ? never : Camel<K>]?: ValueOf<O[K]> | undefined
  }
>

/** What a caller in code must give: only what is required. */
export type Inputs<O extends Record<string, object>> = Flat<
  { [K in Named<O> as O[K] extends { required: true } ? Camel<K> : never]: ValueOf<O[K]> } & {
    [K in Named<O> as O[K] extends { required: true } ? never : Camel<K>]?: ValueOf<O[K]> | undefined
  }
>
