/** What AWS's instance sizes come with, as far as the servers here can honour it. */

const gib = 2 ** 30

const databaseMemory: Record<string, number> = {
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
}

/** RDS's default: LEAST({DBInstanceClassMemory/9531392}, 5000). */
export function maxConnections(instanceClass: string): number {
  const memory = databaseMemory[instanceClass.split('.')[2] ?? ''] ?? 1
  return Math.min(Math.floor((memory * gib) / 9_531_392), 5000)
}

const cacheMemory: Record<string, number> = {
  micro: 0.5,
  small: 1.37,
  medium: 3.09,
  large: 6.38,
  xlarge: 12.93,
}

/** Bytes of `maxmemory` on a cache node. */
export function cacheBytes(nodeType: string): number {
  return Math.floor((cacheMemory[nodeType.split('.')[2] ?? ''] ?? 0.5) * gib)
}

export interface Credits {
  perHour: number
  most: number
}

/** CPU credits of the burstable sizes (T3 and T4g): what they earn, and can save up in a day. Others have none. */
export function credits(instanceClass: string): Credits | undefined {
  if (!/^db\.t[34]/.test(instanceClass)) return undefined
  const perHour = { micro: 12, small: 24, medium: 24, large: 36, xlarge: 96, '2xlarge': 192 }[
    instanceClass.split('.')[2] ?? ''
  ]
  return perHour === undefined ? undefined : { perHour, most: perHour * 24 }
}
