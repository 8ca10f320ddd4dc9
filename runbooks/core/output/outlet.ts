/** A standard stream that can be waited for: `drained` resolves when the reader has everything, or has gone. */
export interface Outlet {
  write(text: string): void
  drained(): Promise<void>
  /** Aborted when nobody reads any more, as with `| head`. */
  closed: AbortSignal
}

export function openOutlet(file: { writer(): Bun.FileSink }): Outlet {
  const writer = file.writer()
  const gone = new AbortController()
  let flushed: Promise<unknown> = Promise.resolve()
  return {
    write(text) {
      if (gone.signal.aborted) return
      try {
        // A large text is written by itself, and may find that nobody reads; a small one with the flush.
        flushed = Promise.all([flushed, writer.write(text), writer.flush()]).catch(() => gone.abort())
      } catch {
        gone.abort()
      }
    },
    async drained() {
      await flushed
    },
    closed: gone.signal,
  }
}
