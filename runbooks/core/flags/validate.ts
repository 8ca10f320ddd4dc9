import { Usage } from '../errors'
import { conceal } from '../secrets/redact'
import { nearest } from './nearest'
import { type Argument, type Arguments, camel, type Option, type Options } from './options'
import type { Parsed } from './parse'

/** Fills defaults in and holds every value against its declaration: the same for a command line and for a caller in code. */
export function validate(given: Parsed, options: Options, words: Arguments = {}): Parsed {
  const values: Parsed = {}
  for (const [name, option] of Object.entries(options)) {
    values[camel(name)] = checked(`--${name}`, option, given[camel(name)])
  }
  for (const [name, word] of Object.entries(words)) {
    const value = given[camel(name)] as string | string[] | undefined
    const check = (text: string | undefined) => checkedText(name.toUpperCase(), word, text)
    values[camel(name)] = word.repeatable
      ? [value ?? []].flat().map((text) => check(text)!)
      : check(value as string)
  }
  return values
}

function checked(flag: string, option: Option, given: Parsed[string]): Parsed[string] {
  if (option.type === 'boolean') return given === true
  if (option.type === 'string' && option.secret)
    for (const text of [given].flat()) if (text) conceal(String(text))
  if (option.type === 'integer')
    return checkedNumber(flag, option, (given as number | undefined) ?? option.default)
  if (option.repeatable) {
    const list = (given as string[] | undefined) ?? []
    if (option.required && list.length === 0) throw new Usage(`${flag}: missing (${flag} ${option.value})`)
    return list.map((item) => checkedText(flag, option, item)!)
  }
  return checkedText(flag, option, (given as string | undefined) ?? option.default)
}

function checkedNumber(
  flag: string,
  option: { min?: number; max?: number; required?: boolean; value: string },
  n: number | undefined,
) {
  if (n === undefined) {
    if (option.required) throw new Usage(`${flag}: missing (${flag} ${option.value})`)
    return undefined
  }
  if (!Number.isSafeInteger(n)) throw new Usage(`${flag}: must be a whole number (got ${n})`)
  if (option.min !== undefined && n < option.min)
    throw new Usage(`${flag}: must be at least ${option.min} (got ${n})`)
  if (option.max !== undefined && n > option.max)
    throw new Usage(`${flag}: must be at most ${option.max} (got ${n})`)
  return n
}

function checkedText(
  flag: string,
  option: Argument & { value?: string },
  text: string | undefined,
): string | undefined {
  if (text === undefined) {
    if (option.required)
      throw new Usage(`${flag}: missing${option.value ? ` (${flag} ${option.value})` : ''}`)
    return undefined
  }
  if (option.choices && !option.choices.includes(text)) {
    const meant = nearest(text, option.choices)
    throw new Usage(
      `${flag}: must be one of ${option.choices.join(', ')} (got ${JSON.stringify(text)}${meant ? `; nearest: ${meant}` : ''})`,
    )
  }
  const wrong = option.check?.(text)
  if (wrong) throw new Usage(complaint(flag, text, wrong))
  return text
}

/** What is wrong with a value, and the value, once. */
export function complaint(where: string, value: string, wrong: string): string {
  return wrong.includes(JSON.stringify(value))
    ? `${where}: ${wrong}`
    : `${where}: ${wrong} (got ${JSON.stringify(value)})`
}
