import type { Book } from '../core'
import { nameOf } from '../deployment/release'
import { differences, shortImage } from './difference'
import type { Scene } from './look'
import { fateOf, lastServed, type Past, periodsOf } from './past'
import type { Schema } from './schema'

/** From where to where, and what that changes: one table that fits a screen of 80 columns. */
export function showMove(book: Book, scene: Scene, from: Past, to: Past): void {
  if (from.arn === to.arn) {
    book.note(`${nameOf(to.arn)} is what the service is set to already`)
    return
  }
  const row = (what: string, of: (past: Past) => string) => ({ '': what, from: of(from), to: of(to) })
  const [a, b] = [scene.definitions.get(from.arn), scene.definitions.get(to.arn)]
  const changed = a && b ? differences(a, b) : []
  book.table([
    row('revision', ({ arn }) => nameOf(arn)),
    row('commit', ({ commit }) => commit?.slice(0, 12) ?? 'unknown'),
    row('served (UTC)', (past) => servedWords(past, scene)),
    ...(changed.some(({ what }) => what === 'image')
      ? []
      : [row('image', ({ image }) => shortImage(image) ?? '')]),
    ...changed.map(({ what, from, to }) => ({ '': what, from, to })),
  ])
  const fate = fateOf(to, scene.current ?? '', scene.moves)
  if (!to.verified) book.warn(`${nameOf(to.arn)} was never found well: ${fate}`)
}

/** The revisions with their fate, the newest number first. */
export function listRows(scene: Scene) {
  return [...scene.pasts]
    .sort((a, b) => numberOf(b.arn) - numberOf(a.arn))
    .map((past) => ({
      revision: nameOf(past.arn),
      fate: fateOf(past, scene.current ?? '', scene.moves),
      verified: past.verified?.toISOString() ?? null,
      served: servedWords(past, scene),
      commit: past.commit ?? null,
      image: past.image,
      imageThere: past.imageThere ?? null,
      migrations: past.migrations ?? null,
    }))
}

/** The same for a person, who types the number after `--to`. */
export function showList(book: Book, scene: Scene): void {
  book.table(
    listRows(scene).map(({ revision, fate, served, commit, image, migrations }) => ({
      N: numberOf(revision),
      fate,
      'served (UTC)': served,
      commit: commit?.slice(0, 8) ?? '',
      image:
        shortImage(image)
          ?.replace(/^sha256:/, '')
          .slice(0, 8) ?? '',
      schema: migrations?.split('-')[0] ?? '',
    })),
  )
}

export const numberOf = (arn: string) => Number(arn.split(':').at(-1))

function servedWords(past: Past, scene: Scene): string {
  const served = lastServed(past, periodsOf(scene.moves))
  if (!served) return 'never'
  const [from, until] = [shortTime(served.from), served.until && shortTime(served.until)]
  if (past.arn === scene.current) return `since ${from}`
  if (!until || until === from) return `at ${from}`
  return `${from} to ${until.slice(0, 10) === from.slice(0, 10) ? until.slice(11) : until}`
}

/** `2026-11-23 09:41` */
const shortTime = (at: Date) => at.toISOString().slice(0, 16).replace('T', ' ')

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
