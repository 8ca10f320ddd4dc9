import type { Table } from './table.ts'
import type { Token } from './words.ts'

/** What a text is to the learning: its words and pairs of neighbours, and where its meaning lies among the word vectors. */
export interface Features {
  /** How often each stem and each pair stands in it. */
  counts: Map<string, number>
  /** Of length 1, or all zero where no word has a vector. */
  meaning: Float64Array
}

export const isPair = (name: string): boolean => name.includes(' ')

/** The words with their pairs; `^` stands before the first, for how a question begins says much of what it asks. */
export function featuresOf(words: Token[], vectors: Table): Features {
  const counts = new Map<string, number>()
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const [at, { stem }] of words.entries()) {
    count(stem)
    if (stem.length > 5) count(`${stem.slice(0, 5)}~`)
    count(`${words[at - 1]?.stem ?? '^'} ${stem}`)
  }
  return { counts, meaning: meaningOf(words, vectors) }
}

/** The mean of the words' vectors, in which a rare word counts more than a common one. */
function meaningOf(words: Token[], vectors: Table): Float64Array {
  const sum = new Float64Array(vectors.columns)
  for (const { typed } of words) {
    const row = vectors.find(typed)
    if (!row) continue
    for (let at = 0; at < sum.length; at++) sum[at]! += row.cells[at]! * row.scale * row.weight
  }
  return unit(sum)
}

/** What the learning knows of the words: how much each says, and the middle of the questions' meanings. */
export interface Worth {
  /** Undefined for what was too rare to be learned. */
  of(name: string): number | undefined
  unknown: number
  middle: ArrayLike<number>
}

export interface Weighed {
  names: Map<string, number>
  meaning: Float64Array
}

/** Both halves brought to length 1. A word that was never seen has no say, and leaves the others less. */
export function weigh({ counts, meaning }: Features, worth: Worth): Weighed {
  const names = new Map<string, number>()
  let square = 0
  for (const [name, count] of counts) {
    const known = worth.of(name)
    if (known === undefined && isPair(name)) continue
    const value = Math.log1p(count) * (known ?? worth.unknown)
    square += value * value
    if (known !== undefined) names.set(name, value)
  }
  const length = Math.sqrt(square)
  for (const [name, value] of names) names.set(name, value / length)
  const says = meaning.some((value) => value !== 0)
  return { names, meaning: says ? unit(meaning.map((value, at) => value - worth.middle[at]!)) : meaning }
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}
