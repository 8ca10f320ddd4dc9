/** A step as BuildKit's plain progress shows it: numbered, and its lines with it. */
export interface Vertex {
  line(text: string): void
  cached(): void
  done(): void
  failed(error: string): void
}

export interface Progress {
  vertex(title: string): Vertex
  text(text: string): void
}

export function plainProgress(write: (text: string) => void): Progress {
  let count = 0
  write('#0 building with "rehearsal" instance using docker driver\n')
  return {
    vertex(title) {
      const number = ++count
      const started = performance.now()
      const seconds = () => ((performance.now() - started) / 1000).toFixed(1)
      write(`\n#${number} ${title}\n`)
      return {
        line: (text) => write(`#${number} ${text}\n`),
        cached: () => write(`#${number} CACHED\n`),
        done: () => write(`#${number} DONE ${seconds()}s\n`),
        failed: (error) => write(`#${number} ERROR: ${error}\n`),
      }
    },
    text: write,
  }
}

export function quietProgress(): Progress {
  const nothing = () => {}
  return { vertex: () => ({ line: nothing, cached: nothing, done: nothing, failed: nothing }), text: nothing }
}
