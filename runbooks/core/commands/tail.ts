import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const interval = 100

/** Follows a file that a child writes to. */
export function tail(file: string, chunk: (bytes: Uint8Array) => void): { finish(): string } {
  const fd = openSync(file, 'r')
  const buffer = Buffer.alloc(64 * 1024)
  const drain = () => {
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer))
      chunk(buffer.subarray(0, read))
  }
  const timer = setInterval(drain, interval)
  return {
    /** The rest, and all of it as text. */
    finish() {
      clearInterval(timer)
      drain()
      closeSync(fd)
      return readFileSync(file, 'utf8')
    },
  }
}
