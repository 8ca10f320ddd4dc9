import type { Sink } from '../events'
import { human, type Page, type Shown } from './human'
import { openLive } from './live'
import { ndjson } from './ndjson'
import type { Outlet } from './outlet'
import { pulse } from './pulse'
import { spinnerRows } from './spinner'
import { coloured, uncoloured, wantsColour } from './style'

/** Wider text is hard to read on a screen, and narrower than this no layout helps. */
const widest = 120
const narrowest = 40

/** The reader's form: NDJSON for a program, moving rows for a terminal, plain lines for a pipe or CI. */
export function chooseOutput(
  out: Outlet,
  err: Outlet,
  json: boolean,
  env: Record<string, string | undefined>,
): Sink {
  const { isTTY = false } = process.stdout
  if (json) return ndjson(out, err)
  const style = wantsColour(env, isTTY) ? coloured : uncoloured
  const columns = () => process.stdout.columns || Number(env.COLUMNS) || 100
  const steps = new Map<number, Shown>()
  // In a pipe nothing is wrapped or cut: whoever searches a log finds whole sentences.
  const width = () => (isTTY ? Math.min(Math.max(columns(), narrowest), widest) : Number.POSITIVE_INFINITY)
  const page: Page = { out, err, style, steps, width }
  if (isTTY && !env.CI && env.TERM !== 'dumb') {
    const size = () => ({ columns: columns(), rows: process.stdout.rows || 24 })
    page.live = openLive(out, () => spinnerRows(steps.values(), style, columns()), size)
  } else {
    pulse(out, steps)
  }
  return human(page)
}
