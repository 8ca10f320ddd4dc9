import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The root of this clone: the folder that holds rehearsal/. */
export const clone = resolve(import.meta.dir, '..')

/** Where a rehearsal keeps everything it writes. Two clones, or two values, are two rehearsals. */
export function rehearsalDir(environment: Record<string, string | undefined> = process.env): string {
  return resolve(environment.TRIA_REHEARSAL_DIR || join(clone, '.rehearsal'))
}

/** Makes the folder, unseen by git even where it is not `.rehearsal` of the clone. */
export function makePlace(dir: string): void {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, '.gitignore'), '*\n')
}
