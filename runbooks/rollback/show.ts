import type { Book } from '../core'
import { nameOf } from '../deployment/release'
import { differences, shortImage } from './difference'
import type { Scene } from './look'
import { fateOf, lastServed, type Past, periodsOf } from './past'
import type { Schema } from './schema'

/** From where to where, and what that changes. */
export function showMove(book: Book, scene: Scene, from: Past, to: Past): void {
  const row = (label: string, past: Past) => ({
    '': label,
    revision: nameOf(past.arn),
    image: shortImage(past.image),
    commit: past.commit?.slice(0, 12) ?? 'unknown',
    served: servedWords(past, scene),
  })
  book.table([row('from', from), row('to', to)])
  const [a, b] = [scene.definitions.get(from.arn), scene.definitions.get(to.arn)]
  const changed = a && b ? differences(a, b) : []
  if (changed.length === 0) book.note('Nothing differs but the number')
  else book.table(changed.map(({ what, from, to }) => ({ changes: what, from, to })))
}

/** The revisions with their fate, the newest number first. */
export function listRows(scene: Scene): Record<string, string>[] {
  return [...scene.pasts]
    .sort((a, b) => numberOf(b.arn) - numberOf(a.arn))
    .map((past) => ({
      revision: nameOf(past.arn),
      fate: fateOf(past, scene.current ?? '', scene.moves),
      verified: past.verified ? shortTime(past.verified) : '',
      served: servedWords(past, scene),
      commit: past.commit?.slice(0, 12) ?? '',
      image: `${shortImage(past.image) ?? ''}${past.imageThere === false ? ' (gone)' : ''}`,
      migrations: past.migrations ?? '',
    }))
}

export const numberOf = (arn: string) => Number(arn.split(':').at(-1))

function servedWords(past: Past, scene: Scene): string {
  const served = lastServed(past, periodsOf(scene.moves))
  if (!served) return 'never'
  if (past.arn === scene.current) return `since ${shortTime(served.from)}`
  if (!served.until || served.until <= served.from) return `at ${shortTime(served.from)}`
  return `${shortTime(served.from)} to ${shortTime(served.until)}`
}

/** `2026-11-23 09:41:07Z` */
const shortTime = (at: Date) => at.toISOString().replace('T', ' ').replace(/\.\d+/, '')

export function schemaWords(schema: Schema, to: Past): string | undefined {
  const name = nameOf(to.arn)
  switch (schema.is) {
    case 'same':
      return undefined
    case 'ahead':
      return `Migrations were applied since: ${nameOf(schema.by)} brought the database to ${schema.applied}${schema.partly ? ' (begun, and perhaps broken off)' : ''}, ${name} knows it up to ${schema.knows}. A rollback does not take them back`
    case 'unknown':
      return `Nobody knows which migrations ${name} was made for; ${nameOf(schema.by)} has brought the database to ${schema.applied}`
  }
}
