import type { ServiceRecord } from './record.ts'

const kept = 100

/** Adds an event; the newest hundred are kept, newest first. */
export function say(service: ServiceRecord, message: string): void {
  service.events.unshift({ id: crypto.randomUUID(), createdAt: new Date(), message })
  if (service.events.length > kept) service.events.length = kept
}
