import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** One entry of a folder: what makes two trees the same, so times and owners are not in it. */
export interface Entry {
  path: string
  kind: 'file' | 'folder' | 'link'
  /** Executable or not is all of a mode that a build means. */
  executable: boolean
  size: number
}

/** Every entry below `root`, in an order that does not depend on the machine. */
export function walk(root: string, skip: (path: string, folder: boolean) => boolean = () => false): Entry[] {
  const entries: Entry[] = []
  const enter = (folder: string) => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = folder ? `${folder}/${name}` : name
      const stat = lstatSync(join(root, path))
      if (skip(path, stat.isDirectory())) continue
      const kind = stat.isSymbolicLink()
        ? 'link'
        : stat.isDirectory()
          ? 'folder'
          : stat.isFile()
            ? 'file'
            : undefined
      if (!kind) continue
      const isFile = kind === 'file'
      entries.push({
        path,
        kind,
        executable: isFile && (stat.mode & 0o100) !== 0,
        size: isFile ? stat.size : 0,
      })
      if (kind === 'folder') enter(path)
    }
  }
  enter('')
  return entries
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** What a tree is, in one text of which the digest is taken. `home` is where links into the store lead. */
export function listing(root: string, entries: Entry[], home: string): string {
  const lines = entries.map(({ path, kind, executable }) => {
    if (kind === 'folder') return `d ${path}`
    if (kind === 'link') return `l ${path} ${unplaced(readlinkSync(join(root, path)), home)}`
    return `${executable ? 'x' : 'f'} ${path} ${sha256(readFileSync(join(root, path)))}`
  })
  return `${lines.join('\n')}\n`
}

/** A link into the store means the same wherever the store is. */
function unplaced(target: string, home: string): string {
  const inside = relative(home, target)
  return target.startsWith('/') && !inside.startsWith('..') ? `store:${inside}` : target
}

/** Copies one file or link, making its folder; a link stays the link it is. */
export function copyEntry(from: string, to: string, mode?: number): void {
  mkdirSync(dirname(to), { recursive: true })
  const stat = lstatSync(from)
  if (!isFolder(to)) rmSync(to, { force: true })
  if (stat.isSymbolicLink()) symlinkSync(readlinkSync(from), to)
  else if (stat.isDirectory()) mkdirSync(to, { recursive: true })
  else {
    copyFileSync(from, to)
    chmodSync(to, mode ?? (stat.mode & 0o100 ? 0o755 : 0o644))
  }
}

export function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory()
  } catch {
    return false
  }
}

export function exists(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}
