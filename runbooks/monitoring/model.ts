import type { AlarmSeen, ServiceSeen } from '../diagnosis/parts'
import type { Gap, Part } from '../diagnosis/snapshot'
import type { SeriesName } from './queries'

/** A metric over time, oldest first: the second that a period begins at, and its value. */
export type Series = readonly (readonly [at: number, value: number])[]

/** What a time is cut into: `period` seconds each, so that a window has few enough of them to be drawn. */
export interface Window {
  from: number
  to: number
  period: number
}

/** What was seen of one environment at one moment; what could not be seen is a gap with its reason. */
export interface Look {
  environment: string
  region: string
  /** Seconds; the judges know no other clock. */
  now: number
  window: Window
  series: Record<SeriesName, Series> | Gap
  service: Part<ServiceSeen | null>
  /** What the service's revision was built from; undefined where nobody noted it. */
  commit: Part<string | undefined>
  targets: Part<TargetsSeen | null>
  database: Part<DatabaseSize | null>
  cache: Part<CacheSize | null>
  alarms: Part<AlarmSeen[]>
  cost: Part<CostSeen | null>
}

export interface TargetsSeen {
  healthy: number
  unhealthy: number
  /** Neither yet, or on their way out. */
  other: number
}

export interface DatabaseSize {
  status: string
  class: string
  storageGb: number
  /** Up to which RDS gives more storage by itself. */
  mostStorageGb: number | undefined
  created: string | undefined
}

export interface CacheSize {
  status: string
  members: string[]
}

export interface CostSeen {
  /** List prices of what Terraform's state holds, in USD. */
  monthly: number
  notPriced: number
}

export type Unit =
  | 'tasks'
  | 'targets'
  | 'alarms'
  | '%'
  | '/min'
  | 'ms'
  | 'connections'
  | 'bytes'
  | 'credits'
  | '$/h'
  | '$'

/**
 * `over`: past the threshold. `idle`: nothing happened that could be measured, and that is known. `unknown`: nobody can
 * say; never taken for well.
 */
export type Status = 'ok' | 'over' | 'idle' | 'unknown'

export interface Metric {
  id: string
  group: Group
  title: string
  value: number | null
  unit: Unit
  /** null: there is none. */
  threshold: number | null
  worse: 'above' | 'below'
  status: Status
  over: boolean
  /** The guide's, for when it is over. */
  action: string
  /** Of `unknown` and `idle`: why. Of others: more about it. */
  why?: string
  points: Series
}

export type Group = 'Service' | 'Traffic' | 'Database' | 'Redis' | 'Chatbot' | 'Costs'
