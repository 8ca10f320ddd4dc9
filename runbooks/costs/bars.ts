import { dollars } from './money.ts'

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of so many columns at most, to an eighth of one. */
function bar(value: number, most: number, columns: number): string {
  const parts = most > 0 ? Math.round((Math.max(0, value) / most) * columns * 8) : 0
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]
}

/** Where the money goes, and where it would go: a row for each group, what is left in full and what is saved in outline. */
export function bars(
  pairs: readonly { group: string; before: number; after: number }[],
  columns = 36,
): string[] {
  const most = Math.max(0, ...pairs.map(({ before, after }) => Math.max(before, after)))
  const name = Math.max(0, ...pairs.map(({ group }) => group.length))
  const sum = Math.max(0, ...pairs.map(({ before }) => dollars(before).length))
  return pairs.map(({ group, before, after }) => {
    const full = bar(Math.min(before, after), most, columns)
    const rest = Math.round((Math.max(before, after) / most) * columns) - full.length
    const changed = dollars(before) === dollars(after) ? '' : ` → ${dollars(after)}`
    const drawn = `${full}${(after < before ? '░' : '▒').repeat(Math.max(0, rest))}`
    return `${group.padEnd(name)}  ${dollars(before).padStart(sum)}  ${drawn}${changed}`
  })
}
