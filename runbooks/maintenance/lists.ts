import type { Check } from './check'
import { dependencies } from './looks/dependencies'
import { errors } from './looks/errors'
import { hitRates } from './looks/hit-rates'
import { spending } from './looks/spending'
import { storage } from './looks/storage'
import { unused } from './looks/unused'

/** The guide's lists (7.4). */
export const lists = {
  weekly: [errors, storage, spending],
  monthly: [dependencies, hitRates, unused],
} as const satisfies Record<string, readonly Check[]>

export type List = keyof typeof lists
