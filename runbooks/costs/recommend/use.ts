import type { Usage } from '../usage.ts'

/** What an environment was seen to use. A part that is missing could not be looked at, and `gaps` says why. */
export interface Use {
  from: string
  to: string
  /** In how many hours of that the service ran. */
  hours: number
  tasks?: TaskUse
  /** Requests in the average hour of the day, from 0 to 23 UTC. */
  requestsByHour?: readonly number[]
  /** The same by the 168 hours of the week, from Sunday's first; null for one in which it was never seen to run. */
  requestsByHourOfWeek?: readonly (number | null)[]
  database?: DatabaseUse
  cache?: CacheUse
  logs?: LogUse
  server?: ServerUse
  addresses?: readonly { id: string; address: string }[]
  images?: { count: number; unused: number; unusedGb: number }
  snapshots?: readonly { id: string; gb: number; from: string }[]
  /** Quantities of a month, as far as enough was seen to tell. */
  measured: Partial<Usage>
  gaps: readonly { what: string; because: string }[]
}

export interface TaskUse {
  /** Percent of the task's size, in the busiest hour. */
  cpuP99: number
  cpuMean: number
  memoryMax: number
  /** Tasks running, on average and at most. */
  running: number
  runningMax: number
}

export interface DatabaseUse {
  cpuP99: number
  connectionsMax: number
  freeStorageGb: number
  /** Of memory, at its scarcest; not known of every database. */
  freeMemoryGb?: number
  creditsMin?: number
}

export interface CacheUse {
  memoryMax: number
  cpuMax: number
  evictions: number
  /** Keys that ended by their time. */
  expired: number
}

export interface LogUse {
  storedGb: number
  /** The dearest first. */
  groups: readonly { name: string; ingestedGb: number; storedGb: number; retention: number | undefined }[]
}

/** The server's own metrics, over the whole time looked at. */
export interface ServerUse {
  hits: number
  misses: number
  inputTokens: number
  outputTokens: number
  dollars: number
}

/** With less than a day behind it, neither a size nor a bill can be told from what was measured. */
export const leastHours = 24

export const seenEnough = (use: Use | undefined): use is Use => use !== undefined && use.hours >= leastHours
