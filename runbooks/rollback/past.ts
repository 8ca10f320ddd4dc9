import { type Move, underWay } from '../aws/deployments'

/** One revision with what is known of it; what nobody knows is undefined. */
export interface Past {
  /** Its ARN. */
  arn: string
  active: boolean
  image: string
  digest: string | undefined
  /** Whether the registry has the image; undefined where it could not be looked at. */
  imageThere: boolean | undefined
  commit: string | undefined
  /** When a run found it well, after it had come to serve. */
  verified: Date | undefined
  /** When a rollback left it for an earlier one. */
  left: Date | undefined
  /** The rollback that last went to it. */
  rollback: Rollback | undefined
  /** The last migration its image knows. */
  migrations: string | undefined
  /** Whether the database was brought there with it. */
  migrated: 'begun' | 'done' | undefined
  /** When that was. */
  migratedAt: Date | undefined
}

/** What a rollback writes on the revision it goes to, before it moves anything. */
export interface Rollback {
  from: string
  at: Date
  run: string
}

/** A time in which a revision was what the service ran. */
export interface Period {
  revision: string
  /** When the move to it began. */
  began: Date
  /** When it had come to serve alone. */
  from: Date
  /** Undefined while it still serves. */
  until: Date | undefined
}

/** When which revision served, oldest first: a move that ECS took back or that was superseded changed nothing. */
export function periodsOf(moves: Move[]): Period[] {
  const completed = moves
    .filter(({ status, revision, finishedAt }) => status === 'SUCCESSFUL' && revision && finishedAt)
    .sort((a, b) => a.finishedAt!.getTime() - b.finishedAt!.getTime())
  return completed.map((move, i) => ({
    revision: move.revision!,
    began: move.createdAt,
    from: move.finishedAt!,
    until: completed[i + 1]?.finishedAt,
  }))
}

/** The last time it served; ECS forgets after 90 days, the mark of a verification stays. */
export function lastServed(past: Past, periods: Period[]): Period | undefined {
  const period = periods.findLast(({ revision }) => revision === past.arn)
  if (period) return period
  const { arn, verified } = past
  return verified && { revision: arn, began: verified, from: verified, until: verified }
}

/** Nobody has seen it serve: it was never moved to, or never came up, and no run has found it well. */
export const neverServed = ({ arn, verified }: Past, moves: Move[]): boolean =>
  !verified && !moves.some(({ revision, status }) => revision === arn && status === 'SUCCESSFUL')

export type Fate =
  | 'running'
  | 'rolling out'
  | 'served'
  | 'served, not verified'
  | 'failed'
  | 'never deployed'
  | 'deregistered'
  | 'image gone'

/** What became of a revision. `current` is what the service runs, or goes back to. */
export function fateOf(past: Past, current: string, moves: Move[]): Fate {
  const own = moves.filter(({ revision }) => revision === past.arn)
  if (past.arn === current) return 'running'
  if (own.some(underWay)) return 'rolling out'
  if (!past.active) return 'deregistered'
  if (past.imageThere === false) return 'image gone'
  if (past.verified) return 'served'
  if (own.some(({ status }) => status === 'SUCCESSFUL')) return 'served, not verified'
  return own.length > 0 ? 'failed' : 'never deployed'
}

/** Whether a rollback to this revision has begun and nothing has found it well since. */
export const isOpen = ({ rollback, verified }: Past) =>
  rollback !== undefined && (verified === undefined || verified < rollback.at)
