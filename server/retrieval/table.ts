/**
 * Rows of small whole numbers, found by a word: the vectors of words, and what the learning made of the words of questions.
 * Read where it lies, by halving: two megabytes of words in a `Map` would cost ten, and a start would wait for them.
 *
 * The file: `rows`, `columns` and the length of the keys as 32-bit numbers; then for each row where its key ends, its weight
 * and its scale, the keys one after the other in the order of their bytes, and the rows.
 */
export interface Row {
  /** What a word counts in a text, however its row looks. */
  weight: number
  scale: number
  cells: Int8Array
}

export interface Table {
  columns: number
  find(key: string): Row | undefined
  keys(): readonly string[]
}

export interface Entry {
  key: string
  weight: number
  values: ArrayLike<number>
}

const utf8 = new TextEncoder()
const headBytes = 12

export function openTable(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const rows = view.getUint32(0, true)
  const columns = view.getUint32(4, true)
  const keysAt = headBytes + rows * 12
  const cellsAt = keysAt + view.getUint32(8, true)
  if (bytes.byteLength !== cellsAt + rows * columns) throw new Error('Read a table: it is cut short')
  const end = (row: number) => (row < 0 ? 0 : view.getUint32(headBytes + row * 12, true))
  const compare = (key: Uint8Array, row: number): number => {
    const from = end(row - 1)
    const length = end(row) - from
    for (let at = 0; at < key.length && at < length; at++) {
      const difference = key[at]! - bytes[keysAt + from + at]!
      if (difference !== 0) return difference
    }
    return key.length - length
  }
  const text = new TextDecoder()
  let keys: string[] | undefined
  return {
    columns,
    keys() {
      keys ??= Array.from({ length: rows }, (_, row) =>
        text.decode(bytes.subarray(keysAt + end(row - 1), keysAt + end(row))),
      )
      return keys
    },
    find(key) {
      const wanted = utf8.encode(key)
      let low = 0
      let high = rows - 1
      while (low <= high) {
        const middle = (low + high) >> 1
        const order = compare(wanted, middle)
        if (order === 0) {
          const at = headBytes + middle * 12
          return {
            weight: view.getFloat32(at + 4, true),
            scale: view.getFloat32(at + 8, true),
            cells: new Int8Array(bytes.buffer, bytes.byteOffset + cellsAt + middle * columns, columns),
          }
        }
        if (order < 0) high = middle - 1
        else low = middle + 1
      }
      return undefined
    },
  }
}

/** The bytes of a table: each row as whole numbers of -127 to 127 of its own scale. */
export function packTable(entries: Entry[]): Uint8Array {
  const keyed = entries
    .map((entry) => ({ ...entry, bytes: utf8.encode(entry.key) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  const columns = keyed[0]?.values.length ?? 0
  const keyBytes = keyed.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const keysAt = headBytes + keyed.length * 12
  const packed = new Uint8Array(keysAt + keyBytes + keyed.length * columns)
  const view = new DataView(packed.buffer)
  for (const [index, value] of [keyed.length, columns, keyBytes].entries())
    view.setUint32(index * 4, value, true)
  let end = 0
  for (const [row, { bytes, weight, values }] of keyed.entries()) {
    packed.set(bytes, keysAt + end)
    end += bytes.length
    let most = 0
    for (let column = 0; column < columns; column++) most = Math.max(most, Math.abs(values[column]!))
    const scale = most / 127
    const at = headBytes + row * 12
    view.setUint32(at, end, true)
    view.setFloat32(at + 4, weight, true)
    view.setFloat32(at + 8, scale, true)
    for (let column = 0; column < columns; column++) {
      view.setInt8(keysAt + keyBytes + row * columns + column, scale && Math.round(values[column]! / scale))
    }
  }
  return packed
}
