import { literal, type Value } from '../tfvars'
import { type Assignment, scan } from './scan'

/** Where a text cannot be edited, and why: caught where it is said whose file it is. */
export class ValuesError extends Error {
  override name = 'ValuesError'
  /** Another file than the one that is being edited. */
  file?: string
}

/** What each name is assigned in a tfvars file, as it is spelled there. */
export function spelledIn(text: string): Map<string, string> {
  return new Map(assignmentsOf(text).map(({ name, start, end }) => [name, text.slice(start, end)]))
}

/**
 * The text with values set, or taken out where `undefined` is given; everything else stays as its owner wrote it. A
 * value is a Terraform value, or the text of one as it was spelled before.
 */
export function edited(text: string, values: ReadonlyMap<string, Value | Spelled | undefined>): string {
  const known = new Map(assignmentsOf(text).map((each) => [each.name, each]))
  const changes = [...values].flatMap(([name, value]) => {
    const place = known.get(name)
    if (!place) return []
    return [value === undefined ? removal(text, place) : replacement(text, place, spell(value))]
  })
  const changed = changes.sort((a, b) => b.start - a.start).reduce(replaced, text)
  const added = [...values].filter(([name, value]) => !known.has(name) && value !== undefined)
  return changed + block(changed, added as [string, Value | Spelled][])
}

/** The text of a value, as against the value that a string is. */
export interface Spelled {
  spelled: string
}

export const spell = (value: Value | Spelled) =>
  typeof value === 'object' && value !== null && 'spelled' in value ? value.spelled : literal(value)

function assignmentsOf(text: string): Assignment[] {
  const found = scan(text)
  if (typeof found === 'string') throw new ValuesError(found)
  const twice = found.find(({ name }, index) => found.findIndex((each) => each.name === name) < index)
  if (twice) {
    const first = found.find(({ name }) => name === twice.name)!
    throw new ValuesError(`${twice.name} is set in line ${first.line} and in line ${twice.line}`)
  }
  return found
}

/** A comment behind the value keeps its column where there is room; what tabs put into columns stays as it is. */
function replacement(text: string, { start, end }: Assignment, by: string) {
  const gap = /^ +(?=#|\/\/|\/\*)/.exec(text.slice(end))?.[0].length
  if (gap === undefined) return { start, end, by }
  const room = gap + (end - start) - by.length
  return { start, end: end + gap, by: by + ' '.repeat(Math.max(1, room)) }
}

/** The assignment with its line. */
function removal(text: string, { lineStart, end }: Assignment) {
  const rest = text.indexOf('\n', end)
  return { start: lineStart, end: rest < 0 ? text.length : rest + 1, by: '' }
}

/** Where a block went, one of the two empty lines around it goes too. */
function replaced(text: string, { start, end, by }: { start: number; end: number; by: string }): string {
  const [before, after] = [text.slice(0, start), text.slice(end)]
  const empty = /(?<=\n)\r?\n$/.exec(before)
  const gone = by === '' && empty && /^(\r?\n|$)/.test(after)
  return before.slice(0, gone ? empty.index : undefined) + by + after
}

/** New assignments are a block of their own, aligned as `terraform fmt` would. */
function block(text: string, added: [string, Value | Spelled][]): string {
  if (added.length === 0) return ''
  const width = Math.max(...added.map(([name]) => name.length))
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = added.map(([name, value]) => `${name.padEnd(width)} = ${spell(value)}${end}`)
  const start = text === '' ? '' : text.endsWith('\n') ? end : end + end
  return start + lines.join('')
}
