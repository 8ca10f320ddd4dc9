export type PartState = { status: 'ok' | 'degraded' | 'off'; detail?: string; [more: string]: unknown }

/** Whether this process should get requests, and which of its parts are not at their best. */
export class Readiness {
  #phase: 'starting' | 'serving' | 'stopping' = 'starting'

  constructor(readonly parts: Record<string, () => PartState>) {}

  get phase() {
    return this.#phase
  }

  serving(): void {
    this.#phase = 'serving'
  }

  stopping(): void {
    this.#phase = 'stopping'
  }

  /** Every degraded part has its substitute, so that only a start or a stop makes the whole unready. */
  report() {
    const parts = Object.fromEntries(Object.entries(this.parts).map(([name, state]) => [name, state()]))
    const degraded = Object.keys(parts).filter((name) => parts[name]!.status === 'degraded')
    const unable = parts.knowledge?.status === 'off' && parts.model?.status !== 'ok'
    const ready = this.#phase === 'serving' && !unable
    const status =
      this.#phase !== 'serving' ? this.#phase : unable ? 'unable' : degraded.length > 0 ? 'degraded' : 'ready'
    return { ready, body: { status, degraded, parts } }
  }
}
