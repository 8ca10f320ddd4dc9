/** The data stores, and what the account may have of anything. */
export interface StoreParts {
  database: DatabaseSeen | null
  cache: CacheSeen | null
  /** How full the cache has been in the last quarter of an hour. */
  cacheUse: CacheUseSeen | null
  quotas: QuotaSeen[]
}

export interface DatabaseSeen {
  id: string
  status: string
  port: number | undefined
  groups: string[]
  restarts: string | undefined
}

export interface CacheSeen {
  id: string
  status: string
  port: number | undefined
  groups: string[]
}

/** Both as the worst of the cache's members; absent where there was no value. */
export interface CacheUseSeen {
  memoryPercent: number | undefined
  evictionsAMinute: number | undefined
}

export interface QuotaSeen {
  service: string
  code: string
  name: string
  value: number
}
