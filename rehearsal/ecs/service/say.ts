import type { ServiceRecord } from './record.ts'

const kept = 100

/** Adds an event; the newest hundred are kept, newest first. */
export function say(service: ServiceRecord, message: string): void {
  service.events.unshift({ id: crypto.randomUUID(), createdAt: new Date(), message })
  if (service.events.length > kept) service.events.length = kept
}

/** As `say`, but what was said since then already is not repeated. */
export function sayOnce(service: ServiceRecord, message: string, since: Date): void {
  if (!service.events.some((it) => it.message === message && it.createdAt! >= since)) say(service, message)
}
