import { duration } from '../duration'
import type { Shown } from './human'
import type { Style } from './style'
import { truncate } from './wrap'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** One moving row a step: what it is, for how long, and what it waits for. */
export function spinnerRows(steps: Iterable<Shown>, style: Style, columns: number): string[] {
  const now = Date.now()
  const frame = frames[Math.floor(now / 100) % frames.length]!
  return [...steps].map(({ name, since, waiting, declared }) => {
    const indent = '  '.repeat(name.depth)
    const rest = [duration(Math.max(0, now - since)), waiting ?? declared?.effect].filter(Boolean).join('  ')
    const text = truncate(`${name.title}  ${rest}`.replace(/\s*\n\s*/g, ' '), columns - indent.length - 3)
    const title = text.slice(0, name.title.length)
    return `${indent}${style.planned(frame)} ${title}${style.dim(text.slice(title.length))}`
  })
}
