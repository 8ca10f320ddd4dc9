import { Usage } from '../core'

interface Flags {
  apply: readonly string[]
  more: readonly string[]
  undo: boolean
  plan?: string | undefined
}

/** What is to be applied; refuses what cannot go together. */
export function idsOf({ apply, more, undo, plan }: Flags): string[] {
  const ids = [...apply, ...more]
  if (more.length > 0 && apply.length === 0) {
    throw new Usage(`${more.join(' ')}: what is to become of it? --apply ${more.join(' ')}`)
  }
  if (undo && ids.length > 0) throw new Usage('--undo and --apply: one of them, not both')
  if (plan && (undo || ids.length > 0)) {
    throw new Usage(`--plan and --${undo ? 'undo' : 'apply'}: a plan is priced, an environment is changed`)
  }
  return ids
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
