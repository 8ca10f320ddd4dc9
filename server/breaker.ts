export interface BreakerOptions {
  /** Failures in a row that open it. */
  threshold: number
  /** Asks the part, off any request's path, whether it is back. */
  probe: () => Promise<unknown>
  probeEveryMs: number
  /** Called once per change, not once per failed request. */
  onChange: (open: boolean, cause: unknown) => void
}

/** Stops asking a part that does not answer, and asks in the background until it does. */
export class Breaker {
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #open = false
  #closed = false

  constructor(readonly options: BreakerOptions) {}

  get open(): boolean {
    return this.#open
  }

  succeeded(): void {
    this.#failures = 0
  }

  failed(cause: unknown): void {
    this.#failures += 1
    if (this.#open || this.#closed || this.#failures < this.options.threshold) return
    this.#open = true
    this.options.onChange(true, cause)
    this.#probeLater()
  }

  /** Ends the probing; for a stop. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #probeLater(): void {
    this.#timer = setTimeout(async () => {
      try {
        await this.options.probe()
      } catch {
        if (!this.#closed) this.#probeLater()
        return
      }
      this.#failures = 0
      this.#open = false
      if (!this.#closed) this.options.onChange(false, undefined)
    }, this.options.probeEveryMs)
  }
}
