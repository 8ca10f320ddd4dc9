import type { Row } from '../events'
import type { Style } from './style'
import { truncate } from './wrap'

/** Rows under their keys, numbers to the right; the widest columns give way until it fits. */
export function table(rows: readonly Row[], width: number, style: Style): string[] {
  const keys = [...new Set(rows.flatMap(Object.keys))]
  if (keys.length === 0) return []
  const cells = rows.map((row) => keys.map((key) => shown(row[key])))
  const columns = keys.map((key, i) =>
    Math.max(Bun.stringWidth(key), ...cells.map((row) => Bun.stringWidth(row[i]!))),
  )
  fit(columns, width - 2 * (keys.length - 1))
  const right = keys.map((key) => rows.every((row) => row[key] === undefined || isNumeric(row[key])))
  const line = (row: string[]) =>
    row
      .map((cell, i) => padded(truncate(cell, columns[i]!), columns[i]!, right[i]!))
      .join('  ')
      .trimEnd()
  return [style.bold(line(keys)), ...cells.map(line)]
}

function fit(columns: number[], room: number): void {
  let excess = columns.reduce((sum, column) => sum + column, 0) - room
  while (excess > 0) {
    const widest = columns.indexOf(Math.max(...columns))
    if (columns[widest]! <= 8) return
    columns[widest]!--
    excess--
  }
}

function padded(cell: string, column: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, column - Bun.stringWidth(cell)))
  return right ? space + cell : cell + space
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^[-+]?\$?[\d,.]+ ?%?$/.test(value))
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.replace(/\s+/g, ' ')
}
