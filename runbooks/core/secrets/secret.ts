import { inspect } from 'node:util'
import { conceal } from './redact'

const mask = '[secret]'

/** A value that hides itself wherever it is printed; only `reveal` gives it out. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    conceal(value)
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  [inspect.custom](): string {
    return mask
  }
}

export function secret(value: string): Secret {
  return new Secret(value)
}
