import { appendFile, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../../paths'
import { must } from './programs'

/** How a file's text becomes another one. */
export type Edits = Record<string, (text: string) => string>

/** A clone of this clone, with its uncommitted changes: what a drill breaks is nobody's work. */
export class Copy {
  private constructor(readonly dir: string) {}

  static async make(dir: string): Promise<Copy> {
    await rm(dir, { recursive: true, force: true })
    await must(['git', 'clone', '-q', root, dir])
    const copy = new Copy(dir)
    const list = (...flags: string[]) => must(['git', '-C', root, 'ls-files', '-z', ...flags])
    const paths = (text: string) => text.split('\0').filter(Boolean)
    for (const path of paths(await list('-mo', '--exclude-standard'))) {
      if (!(await Bun.file(join(root, path)).exists())) continue
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await cp(join(root, path), join(dir, path))
    }
    for (const path of paths(await list('-d'))) await rm(join(dir, path), { force: true })
    await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
    await appendFile(join(dir, '.git/info/exclude'), 'node_modules\n')
    await copy.commit('What was not committed')
    return copy
  }

  /** The full SHA that the copy is at. */
  async head(): Promise<string> {
    return (await this.#git('rev-parse', 'HEAD')).trim()
  }

  /** Of its package.json, which is the server's. */
  async version(): Promise<string> {
    return ((await Bun.file(join(this.dir, 'package.json')).json()) as { version: string }).version
  }

  /** Changes files, new ones included, and commits them; the new commit. */
  async edit(edits: Edits, message: string): Promise<string> {
    for (const [path, change] of Object.entries(edits)) {
      const file = join(this.dir, path)
      const before = await readFile(file, 'utf8').catch(() => '')
      const after = change(before)
      if (after === before) throw new Error(`Break ${path}: there is nothing left to change in it`)
      await writeFile(file, after)
    }
    return this.commit(message)
  }

  /** Commits whatever differs; where nothing does, the commit stays. */
  async commit(message: string): Promise<string> {
    await this.#git('add', '-A')
    if ((await this.#git('status', '--porcelain', '--untracked-files=no')).trim() !== '') {
      const who = ['-c', 'user.name=drill', '-c', 'user.email=drill@localhost']
      const plain = ['-c', 'commit.gpgsign=false', '-c', 'core.hooksPath=/dev/null']
      await this.#git(...who, ...plain, 'commit', '-qm', message)
    }
    return this.head()
  }

  /** Puts every file back to how a commit has it. */
  async checkout(commit: string): Promise<void> {
    await this.#git('reset', '-q', '--hard', commit)
  }

  #git(...words: string[]): Promise<string> {
    return must(['git', '-C', this.dir, ...words])
  }
}
