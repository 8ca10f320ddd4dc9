import { readFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import { matcher, parseIgnore } from './ignore.ts'
import { copyEntry, type Entry, exists, isFolder, sha256, walk } from './tree.ts'

/** Files that COPY can take from: the build context, or the root of another stage. */
export interface Source {
  root: string
  entries: Entry[]
}

export function readContext(root: string, dockerfile: string): Source {
  const own = `${dockerfile}.dockerignore`
  const file = exists(own) ? own : join(root, '.dockerignore')
  const ignore = parseIgnore(exists(file) ? readFileSync(file, 'utf8') : '')
  const entries = walk(root, (path, folder) => ignore.ignores(path) && !(folder && ignore.mayHoldKept(path)))
  // A folder entered only for what a `!` pattern keeps in it is not itself in the context.
  return { root, entries: entries.filter(({ path, kind }) => kind === 'folder' || !ignore.ignores(path)) }
}

/** One entry to copy, and where to, relative to the destination. */
export interface Picked {
  entry: Entry
  /** Empty when the source is a single file: then the destination itself is its name. */
  to: string
  /** The name it has when the destination turns out to be a folder. */
  name: string
}

/** What a source of COPY means; undefined when there is no such thing. */
export function pick({ entries }: Source, source: string): Picked[] | undefined {
  const pattern = posix.normalize(source.replace(/^\/+/, '')).replace(/\/+$/, '')
  if (pattern === '.' || pattern === '') return entries.map((entry) => ({ entry, to: entry.path, name: '' }))
  const matches = matcher(pattern)
  const picked = entries.flatMap((entry): Picked[] => {
    const parts = entry.path.split('/')
    const depth = parts.findIndex((_, index) => matches(parts.slice(0, index + 1).join('/')))
    if (depth < 0) return []
    const below = parts.slice(depth + 1).join('/')
    if (below) return [{ entry, to: below, name: '' }]
    // Of a folder, what is in it is copied, not the folder.
    return entry.kind === 'folder' ? [] : [{ entry, to: '', name: basename(entry.path) }]
  })
  const empty = entries.some((entry) => entry.kind === 'folder' && matches(entry.path))
  return picked.length > 0 || empty ? picked : undefined
}

/** What the picked files are, for the cache: the same content is the same key. */
export function fingerprint({ root }: Source, picked: Picked[]): string {
  const lines = picked.map(({ entry, to, name }) => {
    const content = entry.kind === 'file' ? sha256(readFileSync(join(root, entry.path))) : entry.kind
    return `${to}|${name}|${entry.executable}|${content}`
  })
  return sha256(lines.join('\n'))
}

/** Copies into `target`, an absolute path; `folder` when the destination was written as one. */
export function copyPicked(
  { root }: Source,
  picked: Picked[],
  target: string,
  folder: boolean,
  mode?: number,
): void {
  const into = folder || isFolder(target)
  for (const { entry, to, name } of picked) {
    const place = to ? join(target, to) : into ? join(target, name) : target
    copyEntry(join(root, entry.path), place, entry.kind === 'file' ? mode : undefined)
  }
}
