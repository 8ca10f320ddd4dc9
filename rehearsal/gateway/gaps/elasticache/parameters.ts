/** A parameter of a family, as DescribeCacheParameters tells it. */
export interface ParameterDefault {
  value: string
  type: 'string' | 'integer'
  allowed: string
  modifiable?: boolean
  /** Takes effect only after a reboot. */
  reboot?: boolean
}

const yesNo = 'yes,no'

const eviction =
  'volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction'

const count = '0-2147483647'

/**
 * Parameters that Redis and Valkey families share, with ElastiCache's defaults: those that a chatbot's cache
 * is likely to be tuned by, not the whole list.
 */
export const parameterDefaults: Record<string, ParameterDefault> = {
  'active-expire-effort': { value: '1', type: 'integer', allowed: '1-10' },
  activedefrag: { value: 'no', type: 'string', allowed: yesNo },
  activerehashing: { value: 'yes', type: 'string', allowed: yesNo, reboot: true },
  appendonly: { value: 'no', type: 'string', allowed: yesNo, modifiable: false },
  'client-output-buffer-limit-pubsub-hard-limit': { value: '33554432', type: 'integer', allowed: count },
  'client-output-buffer-limit-pubsub-soft-limit': { value: '8388608', type: 'integer', allowed: count },
  'cluster-enabled': { value: 'no', type: 'string', allowed: yesNo, reboot: true },
  databases: { value: '16', type: 'integer', allowed: '1-1200000', reboot: true },
  'lazyfree-lazy-eviction': { value: 'no', type: 'string', allowed: yesNo },
  'lazyfree-lazy-expire': { value: 'no', type: 'string', allowed: yesNo },
  'lazyfree-lazy-server-del': { value: 'no', type: 'string', allowed: yesNo },
  'lfu-decay-time': { value: '1', type: 'integer', allowed: count },
  'lfu-log-factor': { value: '10', type: 'integer', allowed: '1-2147483647' },
  maxclients: { value: '65000', type: 'integer', allowed: '1-65000', modifiable: false },
  'maxmemory-policy': { value: 'volatile-lru', type: 'string', allowed: eviction },
  'maxmemory-samples': { value: '3', type: 'integer', allowed: '1-2147483647' },
  'notify-keyspace-events': { value: '', type: 'string', allowed: '' },
  'replica-lazy-flush': { value: 'yes', type: 'string', allowed: yesNo, modifiable: false },
  'reserved-memory-percent': { value: '25', type: 'integer', allowed: '0-100' },
  'slowlog-log-slower-than': { value: '10000', type: 'integer', allowed: '-1-2147483647' },
  'slowlog-max-len': { value: '128', type: 'integer', allowed: count },
  'tcp-keepalive': { value: '300', type: 'integer', allowed: count },
  timeout: { value: '0', type: 'integer', allowed: '0,20-2147483647' },
}

export const families = ['memcached1.6', 'redis5.0', 'redis6.x', 'redis7', 'valkey7', 'valkey8']

/** Whether a value is one that the parameter allows. */
export function allows({ allowed, type }: ParameterDefault, value: string): boolean {
  if (allowed === '') return true
  if (type === 'string') return allowed.split(',').includes(value)
  if (!/^-?\d+$/.test(value)) return false
  return allowed.split(',').some((part) => {
    const range = /^(-?\d+)-(\d+)$/.exec(part)
    return range ? Number(value) >= Number(range[1]) && Number(value) <= Number(range[2]) : value === part
  })
}
