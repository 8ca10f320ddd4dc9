import { writeSync } from 'node:fs'

/** The terminal's other screen, and its keys. Whatever happens, `leave` gives the terminal back as it was. */
export interface Screen {
  size(): { columns: number; rows: number }
  show(lines: string[]): void
  leave(): void
}

const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l'
const exit = '\x1b[?7h\x1b[?25h\x1b[?1049l'
/** A terminal that knows it shows a frame at once, and not line by line; others ignore it. */
const [begin, end] = ['\x1b[?2026h', '\x1b[?2026l']

export function openScreen({
  onKey,
  onResize,
}: {
  onKey: (key: string) => void
  onResize: () => void
}): Screen {
  const { stdin, stdout } = process
  let open = true
  const keys = (bytes: Buffer) => {
    for (const key of bytes.toString()) onKey(key)
  }
  const leave = () => {
    if (!open) return
    open = false
    process.off('exit', leave)
    stdout.off('resize', onResize)
    stdin.off('data', keys)
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.pause()
    stdin.unref?.()
    write(exit)
  }
  write(enter)
  process.on('exit', leave)
  stdout.on('resize', onResize)
  if (stdin.isTTY) {
    stdin.setRawMode(true)
    stdin.on('data', keys)
    stdin.resume()
  }
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    show(lines) {
      if (!open) return
      const text = lines.map((line) => `${line}\x1b[K`).join('\r\n')
      write(`${begin}\x1b[H${text}\x1b[J${end}`)
    },
    leave,
  }
}

/** At once, as a frame must not come after the screen was left. What a terminal does not take now, the next frame shows. */
function write(text: string): void {
  try {
    writeSync(1, text)
  } catch (error) {
    if (!['EAGAIN', 'EIO', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
