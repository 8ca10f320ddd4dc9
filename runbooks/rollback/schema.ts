import type { Past } from './past'

/** Whether the database's schema is ahead of what a revision knows. */
export type Schema =
  | { is: 'same' }
  | { is: 'ahead'; applied: string; knows: string; by: string; partly: boolean }
  | { is: 'unknown'; applied: string; by: string }

/**
 * Migrations sort by name, and only add: the schema is where the furthest of those that were begun has brought it. One that
 * was begun before the target was last found well, it has lived with: also one that broke off, and never came again.
 */
export function schemaFor(target: Past, pasts: Past[]): Schema {
  const furthest = pasts
    .filter(({ migrations, migrated }) => migrations && migrated)
    .filter(({ migratedAt }) => !(target.verified && migratedAt && migratedAt < target.verified))
    .sort((a, b) =>
      a.migrations! < b.migrations! ? 1 : a.migrations! > b.migrations! ? -1 : rank(b) - rank(a),
    )[0]
  if (!furthest) return { is: 'same' }
  const applied = furthest.migrations!
  const knows = target.migrations ?? sameImage(target, pasts)?.migrations
  if (knows === undefined) return { is: 'unknown', applied, by: furthest.arn }
  if (knows >= applied) return { is: 'same' }
  return { is: 'ahead', applied, knows, by: furthest.arn, partly: furthest.migrated === 'begun' }
}

const rank = ({ migrated }: Past) => (migrated === 'done' ? 1 : 0)

/** The migrations are in the image. */
const sameImage = ({ digest }: Past, pasts: Past[]) =>
  pasts.find((other) => digest !== undefined && other.digest === digest && other.migrations !== undefined)
