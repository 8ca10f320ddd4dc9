import type { Outlet } from './outlet'
import { truncate } from './wrap'

/** The last rows of a terminal, redrawn in place while something is going on. */
export interface Live {
  /** Writes lines that stay, above the moving ones. */
  print(text: string): void
  /** Stops moving: for a question, and at the end. */
  pause(): void
  resume(): void
}

const redraw = 100
const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'

export function openLive(
  out: Outlet,
  rows: () => string[],
  size: () => { columns: number; rows: number },
): Live {
  let drawn = 0
  let timer: Timer | undefined
  // The return first: a Ctrl-C that the terminal echoes has moved the cursor.
  const erase = () => (drawn > 0 ? `\r\x1b[${drawn}A\x1b[0J` : '')
  const draw = (above = '') => {
    const { columns, rows: height } = size()
    const all = rows()
    // What does not fit would scroll, and could not be taken back.
    const room = Math.max(1, height - 2)
    const shown = all.length > room ? [...all.slice(0, room - 1), `  … ${all.length - room + 1} more`] : all
    const text = shown.map((row) => `${clipped(row, columns - 1)}\n`).join('')
    out.write(erase() + above + text)
    drawn = shown.length
  }
  return {
    print(text) {
      if (timer) draw(text)
      else out.write(text)
    },
    pause() {
      if (!timer) return
      clearInterval(timer)
      timer = undefined
      out.write(erase() + showCursor)
      drawn = 0
    },
    resume() {
      if (timer) return
      out.write(hideCursor)
      timer = setInterval(draw, redraw)
      timer.unref()
      draw()
    },
  }
}

/** A row must not wrap. Only plain rows are cut; a styled one is made short enough by whoever styled it. */
function clipped(row: string, columns: number): string {
  return row.includes('\x1b') ? row : truncate(row, columns)
}
