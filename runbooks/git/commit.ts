import { createHash } from 'node:crypto'
import { type Book, Failed } from '../core'
import { root } from '../paths'

/** What the image is built from; a change elsewhere cannot make the commit's tag a lie. */
export const imageInputs = [
  'server',
  'package.json',
  'bun.lock',
  'bunfig.toml',
  'tsconfig.json',
  'Dockerfile',
  '.dockerignore',
]

export type WorkingTree = {
  /** Full SHA of HEAD. */
  commit: string
  /** Image tag: twelve digits of the commit, and of the changes where there are any. */
  tag: string
  /** Changed or untracked paths among the image's inputs. */
  dirty: string[]
}

/** Reads which commit the working tree is at, and what in it differs from that commit. */
export async function workingTree(book: Book): Promise<WorkingTree> {
  const commit = (await git(book, 'rev-parse', 'HEAD')).trim()
  const status = await git(book, 'status', '--porcelain', '--untracked-files=all', '--', ...imageInputs)
  const dirty = status
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(3))
  if (dirty.length === 0) return { commit, tag: commit.slice(0, 12), dirty }
  return { commit, tag: `${commit.slice(0, 12)}-dirty-${await changesDigest(book, dirty)}`, dirty }
}

/** Eight hex digits that are the same for the same changes. */
async function changesDigest(book: Book, dirty: string[]): Promise<string> {
  const hash = createHash('sha256').update(await git(book, 'diff', 'HEAD', '--', ...imageInputs))
  for (const path of dirty) {
    const file = Bun.file(`${root}/${path}`)
    if (await file.exists()) hash.update(path).update(await file.bytes())
  }
  return hash.digest('hex').slice(0, 8)
}

async function git(book: Book, ...args: string[]): Promise<string> {
  const { stdout, exitCode, stderr } = await book.command('git', ['-C', root, ...args], { allow: [0, 128] })
  if (exitCode === 0) return stdout
  throw new Failed(`Read the commit: ${stderr.trim() || 'git failed'}`, {
    next: 'git init && git add -A && git commit -m "First commit"',
  })
}
