import { Usage } from '../core'

/** The flags of a rollback that mean something only together with another, or never together. */
export interface Flags {
  to?: number | undefined
  list: boolean
  acceptSchema: boolean
  infrastructure: boolean
  toCommit?: string | undefined
  allowDestroy: string[]
  listStateVersions: boolean
  restoreState?: string | undefined
  acceptOlderState: boolean
}

/** One thing at a time; a flag that would be without effect is not swallowed. */
export function refuseMixed(flags: Flags): void {
  const { infrastructure, toCommit, restoreState } = flags
  const chosen = [
    flags.to !== undefined && '--to',
    flags.list && '--list',
    infrastructure && '--infrastructure',
    flags.listStateVersions && '--list-state-versions',
    restoreState && '--restore-state',
  ].filter(Boolean)
  if (chosen.length > 1) throw new Usage(`${chosen.join(' and ')}: one of them at a time`)
  if (infrastructure && !toCommit) throw new Usage('--infrastructure: needs --to-commit SHA')
  const needs = (given: unknown, flag: string, other: unknown, name: string) => {
    if (given && !other) throw new Usage(`${flag}: goes with ${name}`)
  }
  needs(toCommit, '--to-commit', infrastructure, '--infrastructure')
  needs(flags.allowDestroy.length, '--allow-destroy', infrastructure, '--infrastructure')
  needs(flags.acceptOlderState, '--accept-older-state', restoreState, '--restore-state')
  needs(
    flags.acceptSchema,
    '--accept-schema',
    chosen.every((one) => one === '--to'),
    'a rollback of the service',
  )
}
