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
        writer.write(text)
        flushed = Promise.all([flushed, writer.flush()]).catch(() => gone.abort())
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
