import type { Members } from '../call'
import type { Model, Shape } from '../models'
import { fromText } from './values'

/** The form's keys as a tree: `Filters.Filter.1.Name=x` is {Filters:{Filter:{1:{Name:'x'}}}}. */
interface Tree {
  [key: string]: Tree | string
}

/**
 * The input of a query request. With the service's model its members get their types; without one the
 * lists are recognised by their numbers and everything stays text.
 */
export function readQuery(form: URLSearchParams, model: Model | undefined, action: string): Members {
  const tree = grow(form)
  const input = model?.operations[action]?.input
  if (model && input) return (typed(model, model.shapes[input.shape]!, tree) ?? {}) as Members
  return untyped(tree, true) as Members
}

/** EC2's lists are always flat: a single list in a structure is not the structure. */
export function readEc2Query(form: URLSearchParams): Members {
  return untyped(grow(form), false) as Members
}

function grow(form: URLSearchParams): Tree {
  const root: Tree = {}
  for (const [key, value] of form) {
    if (key === 'Action' || key === 'Version') continue
    const path = key.split('.')
    const last = path.pop() ?? key
    let at = root
    for (const part of path) {
      const next = at[part]
      if (typeof next === 'object') at = next
      else at = at[part] = {}
    }
    at[last] = value
  }
  return root
}

function numbered(node: Tree): (Tree | string)[] | undefined {
  const keys = Object.keys(node)
  if (keys.length === 0 || !keys.every((key) => /^\d+$/.test(key))) return undefined
  return keys.sort((a, b) => Number(a) - Number(b)).map((key) => node[key]!)
}

/** A list is numbered itself, or wraps one element name whose children are numbered. */
function items(node: Tree | string): (Tree | string)[] {
  // An empty list travels as an empty value.
  if (typeof node === 'string') return []
  const direct = numbered(node)
  if (direct) return direct
  const [inner] = Object.values(node)
  return typeof inner === 'object' ? (numbered(inner) ?? []) : []
}

function typed(model: Model, shape: Shape, node: Tree | string): unknown {
  if (shape.type === 'structure') {
    if (typeof node === 'string') return {}
    const value: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(shape.members ?? {})) {
      const target = model.shapes[member.shape]!
      // A flattened list goes by the name of its elements.
      const given = node[name] ?? node[member.locationName ?? ''] ?? node[target.member?.locationName ?? '']
      if (given !== undefined) value[name] = typed(model, target, given)
    }
    return value
  }
  if (shape.type === 'list') {
    const element = model.shapes[shape.member?.shape ?? '']!
    return items(node).map((item) => typed(model, element, item))
  }
  if (shape.type === 'map') {
    const element = model.shapes[shape.value?.shape ?? '']!
    const entries = items(node).flatMap((entry) => {
      if (typeof entry === 'string') return []
      const key = entry[shape.key?.locationName ?? 'key']
      const value = entry[shape.value?.locationName ?? 'value']
      return key === undefined || value === undefined ? [] : [[String(key), typed(model, element, value)]]
    })
    return Object.fromEntries(entries)
  }
  return typeof node === 'string' ? fromText(shape, node) : undefined
}

function untyped(node: Tree | string, wrapped: boolean): unknown {
  if (typeof node === 'string') return node
  const direct = numbered(node) ?? (wrapped ? wrappedList(node) : undefined)
  if (direct) return direct.map((item) => untyped(item, wrapped))
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, untyped(child, wrapped)]))
}

function wrappedList(node: Tree): (Tree | string)[] | undefined {
  const [only, ...others] = Object.values(node)
  return others.length === 0 && typeof only === 'object' ? numbered(only) : undefined
}
