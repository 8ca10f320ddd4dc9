import { Refused, Usage } from '../core'
import { nearest } from '../core/flags/nearest'
import { conflict, type Recommendation } from '../costs/recommend'
import type { Optimized } from './data'

/** The recommendations that `--apply` names; what is not offered is refused with its reason. */
export function choose(found: Optimized, ids: readonly string[]): Recommendation[] {
  const chosen = [...new Set(ids)].map((id) => offered(found, id))
  for (const [index, one] of chosen.entries()) {
    for (const other of chosen.slice(index + 1)) {
      const name = conflict(one, other)
      if (name)
        throw new Usage(`--apply ${one.id} ${other.id}: they set ${name} to different values; choose one`)
    }
  }
  return chosen
}

function offered({ recommendations, refused, advice }: Optimized, id: string): Recommendation {
  const found = recommendations.find((each) => each.id === id)
  if (found) return found
  const not = refused.find((each) => each.id === id)
  if (not) throw new Refused(`Apply ${id}: ${not.refused}`)
  const told = advice.find((each) => each.id === id)
  if (told) {
    throw new Refused(`Apply ${id}: no variable changes that; it is done by hand`, { next: told.command })
  }
  const meant = nearest(
    id,
    recommendations.map((each) => each.id),
  )
  throw new Usage(
    `--apply ${id}: nothing of this name is recommended now${meant ? `; nearest: ${meant}` : ''}`,
    { next: 'bun runbooks/optimize.ts   # shows what is' },
  )
}
