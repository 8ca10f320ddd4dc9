import { duration } from '../duration'
import type { Shown } from './human'
import type { Outlet } from './outlet'

/** Seconds after which a step that says nothing new is mentioned again: soon at first, then less often. */
const quietAt = (elapsed: number) => (elapsed < 60 ? 5 : 15)
const newsAt = 3

/** Where nothing can move, a line every few seconds says what is being waited for. */
export function pulse(out: Outlet, steps: Map<number, Shown>): void {
  const told = new Map<number, { at: number; text: string }>()
  const beat = setInterval(() => {
    for (const [id, { name, since, waiting = 'under way' }] of steps) {
      const now = Date.now()
      const last = told.get(id) ?? { at: since, text: '' }
      const silence = (now - last.at) / 1000
      const due = waiting === last.text ? quietAt((now - since) / 1000) : newsAt
      if (silence < due) continue
      told.set(id, { at: now, text: waiting })
      out.write(`${'  '.repeat(name.depth)}  … ${name.title}  ${duration(now - since)}  ${waiting}\n`)
    }
  }, 1000)
  beat.unref()
}
