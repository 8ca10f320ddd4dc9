import { type Base, furnishBase } from './base.ts'
import { fingerprint, type Picked, pick, type Source } from './context.ts'
import { BuildError } from './failures.ts'
import type { Doing, Evaluated } from './plan.ts'
import { walk } from './tree.ts'

/** Where a COPY takes from: what it would take is known before anything is made, the files only after. */
export interface CopySource {
  key(words: string[]): string
  open(doing: Doing): Promise<Source>
}

export function fromContext(context: Source): CopySource {
  return {
    key: (words) => words.map((word) => `${word} ${fingerprint(context, need(context, word))}`).join(' '),
    open: async () => context,
  }
}

export function fromStage(stage: Evaluated): CopySource {
  return {
    key: (words) => `${stage.key} ${words.join(' ')}`,
    open: async (doing) => rooted(await doing.stateOf(stage)),
  }
}

export function fromImage(base: Base): CopySource {
  return {
    key: (words) => `${base.kind} ${words.join(' ')}`,
    async open({ store }) {
      const root = store.workFolder()
      furnishBase(base, root)
      return rooted(root)
    },
  }
}

const rooted = (root: string): Source => ({ root, entries: walk(root) })

/** What a source of COPY means; docker's sentence when it means nothing. */
export function need(source: Source, word: string): Picked[] {
  if (/^https?:\/\//.test(word)) throw new BuildError(`ADD ${word}: the rehearsal's docker fetches nothing`)
  const picked = pick(source, word)
  if (picked) return picked
  const path = `/${word.replace(/^\.?\/+/, '')}`
  throw new BuildError(
    `failed to compute cache key: failed to calculate checksum of ref: "${path}": not found`,
  )
}

export function unknownImage(name: string): BuildError {
  const tagged = /[:@][^/]+$/.test(name) ? name : `${name}:latest`
  const full = `docker.io/${tagged.includes('/') ? tagged : `library/${tagged}`}`
  return new BuildError(
    `${name}: failed to resolve source metadata for ${full}: not found (the rehearsal knows images that hold Bun, distroless ones and scratch)`,
  )
}
