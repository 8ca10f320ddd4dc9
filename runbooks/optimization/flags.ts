import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { Usage } from '../core'
import { profiles } from '../costs'

interface Flags {
  apply: readonly string[]
  more: readonly string[]
  undo: boolean
  refreshPrices?: boolean
  plan?: string | undefined
  actual?: boolean
  budget?: number | undefined
  markdown?: string | undefined
  report?: string | undefined
}

/** What is to be applied; refuses what cannot go together. */
export function idsOf({ apply, more, undo, refreshPrices, ...looks }: Flags): string[] {
  const ids = [...apply, ...more]
  if (more.length > 0 && apply.length === 0) {
    throw new Usage(`${more.join(' ')}: what is to become of it? --apply ${more.join(' ')}`)
  }
  const changes = [
    ...(ids.length > 0 ? ['--apply'] : []),
    ...(undo ? ['--undo'] : []),
    ...(refreshPrices ? ['--refresh-prices'] : []),
  ]
  const [change, other] = changes
  if (other) throw new Usage(`${change} and ${other}: one of them, not both`)
  const { plan, actual, budget, markdown, report } = looks
  const [look] =
    Object.entries({ plan, actual: actual || undefined, budget, markdown, report }).find(
      ([, value]) => value !== undefined,
    ) ?? []
  if (change && look) throw new Usage(`${change} and --${look}: look or change, one after the other`)
  return ids
}

interface Files {
  usage?: string | undefined
  plan?: string | undefined
  markdown?: string | undefined
  report?: string | undefined
}

/** What is written goes over nothing that is read, whatever way it is named. */
export function checkFiles({ usage, plan, markdown, report }: Files): void {
  const read = { usage: usage && Object.hasOwn(profiles, usage) ? undefined : usage, plan }
  const taken = new Map<string, string>()
  for (const [flag, file] of Object.entries({ ...read, markdown, report })) {
    if (file === undefined) continue
    const place = placeOf(file)
    const other = taken.get(place)
    if (other && !(flag in read)) throw new Usage(`--${flag} ${file}: it would be written over --${other}`)
    taken.set(place, flag)
  }
}

/** Where a path leads, by whatever links; what is not there yet, where it would be. */
function placeOf(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return resolve(file)
  }
}

/** What is wrong with a time zone, or nothing: as the variable schedule_time_zone takes it, and one that there is. */
export function checkTimeZone(name: string): string | undefined {
  const named = /^(UTC|[A-Z][A-Za-z]+(\/[A-Z][A-Za-z0-9_+-]+)+)$/.test(name)
  if (named && isKnown(name)) return undefined
  return 'must be the name of a time zone, as UTC, Europe/Berlin or America/New_York'
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}
