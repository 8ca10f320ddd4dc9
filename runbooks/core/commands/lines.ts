/** Cuts chunks of output into lines. */
export function lineFeed(line: (text: string) => void): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    write(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/)
      rest = lines.pop()!
      for (const text of lines) line(text)
    },
    end() {
      rest += decoder.decode()
      if (rest) line(rest)
      rest = ''
    },
  }
}
