import { Usage } from '../errors'
import { common } from './common'
import { nearest } from './nearest'
import { type Arguments, camel, type Option, type Options } from './options'

export type Parsed = Record<string, string | number | boolean | string[] | undefined>

/**
 * A command line, read strictly: nothing unknown, nothing twice, no value missing, and strings stay strings
 * (an image tag `0012345` is no number).
 */
export function parse(argv: readonly string[], options: Options, words: Arguments = {}): Parsed {
  const known: Options = { ...options, ...common }
  const parsed: Parsed = {}
  const loose: string[] = []
  const rest = [...argv]
  while (rest.length > 0) {
    const token = rest.shift()!
    if (token === '--') {
      loose.push(...rest)
      break
    }
    if (token === '-h') {
      parsed.help = true
      continue
    }
    if (!token.startsWith('-') || token === '-') {
      loose.push(token)
      continue
    }
    const equals = token.indexOf('=')
    const flag = equals < 0 ? token : token.slice(0, equals)
    const name = flag.replace(/^--?/, '')
    const option = flag.startsWith('--') ? known[name] : undefined
    if (!option || !Object.hasOwn(known, name)) throw unknownFlag(flag, Object.keys(known))
    const inline = equals < 0 ? undefined : token.slice(equals + 1)
    assign(parsed, name, option, valueFor(flag, option, inline, rest))
  }
  return { ...parsed, ...placed(loose, words) }
}

function unknownFlag(flag: string, known: string[]): Usage {
  const meant = nearest(flag.replace(/^--?/, ''), known)
  return new Usage(`${flag}: no such flag${meant ? `; nearest: --${meant}` : ''}`)
}

function valueFor(flag: string, option: Option, inline: string | undefined, rest: string[]): string | true {
  if (option.type === 'boolean') {
    if (inline !== undefined) throw new Usage(`${flag}: takes no value (got ${JSON.stringify(inline)})`)
    return true
  }
  if (inline !== undefined) {
    if (inline === '') throw new Usage(`${flag}: value missing (${flag} ${option.value})`)
    return inline
  }
  const next = rest[0]
  const negative = option.type === 'integer' && next !== undefined && /^-\d+$/.test(next)
  if (next === undefined || next === '' || (next.startsWith('-') && next !== '-' && !negative)) {
    throw new Usage(`${flag}: value missing (${flag} ${option.value})`)
  }
  return rest.shift()!
}

function assign(parsed: Parsed, name: string, option: Option, value: string | true): void {
  const key = camel(name)
  if (option.type === 'string' && option.repeatable) {
    parsed[key] = [...((parsed[key] as string[] | undefined) ?? []), value as string]
    return
  }
  if (parsed[key] !== undefined) throw new Usage(`--${name}: given twice`)
  if (option.type !== 'integer') parsed[key] = value
  else if (!/^-?\d+$/.test(value as string))
    throw new Usage(`--${name}: must be a whole number (got ${JSON.stringify(value)})`)
  else parsed[key] = Number(value)
}

function placed(loose: string[], words: Arguments): Parsed {
  const names = Object.keys(words)
  const last = names.at(-1)
  const listed = last !== undefined && words[last]!.repeatable ? last : undefined
  const extra = loose[names.length]
  if (extra !== undefined && !listed) {
    const hint =
      names.length === 0
        ? 'this runbook takes flags only'
        : `at most ${names.map((n) => n.toUpperCase()).join(' ')}`
    throw new Usage(`${JSON.stringify(extra)}: not expected; ${hint}`)
  }
  const single = listed ? names.slice(0, -1) : names
  const placed: Parsed = Object.fromEntries(
    loose.slice(0, single.length).map((word, i) => [camel(single[i]!), word]),
  )
  return listed ? { ...placed, [camel(listed)]: loose.slice(single.length) } : placed
}
