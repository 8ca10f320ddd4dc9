import { join } from 'node:path'
import { partsOf } from './compounds.ts'
import { featuresOf, type Weighed, weigh } from './features.ts'
import { openTable, type Table } from './table.ts'
import { nearest } from './typos.ts'
import { stop, type Token, wordsOf } from './words.ts'

/**
 * What `bun run learn` made of the questions in `knowledge/asked`: for each section how much every word, every pair of
 * words and every direction of meaning speaks for it, and the same for "none of them".
 */
export interface Learned {
  /** Where `judge` says how surely this section is asked for; undefined for one that was not there when it learned. */
  column(section: string): number | undefined
  /** For each section how much surer it is than that none is asked for: above `least` it answers. */
  judge(question: string, before?: string): Float64Array
  least: number
  /** What makes one learning another: a part of every cache key. */
  bytes: Uint8Array
  /** Made from these questions and documents, by their hash. */
  isOf(inputs: string): boolean
}

/** The rows of `weights.bin` that are no words; no word of a text begins with `#`. */
export const rowNames = {
  bias: '#bias',
  unknown: '#unknown',
  least: '#least',
  section: (id: string) => `#section ${id}`,
  /** A kind of what none answers, by number. */
  kind: (at: number) => `#kind ${at}`,
  direction: (at: number) => `#direction ${at}`,
  inputs: (hash: string) => `#inputs ${hash}`,
}

/** The column of those that no section answers. */
export const none = 'none'

/** More misspelt words than that are no question, and each costs a walk over all known words. */
const mostCorrections = 20

/** A name that no section was ever asked with, as in "My Etsy order", makes it somebody else's matter by so much. */
const strangeName = 0.5

export async function loadLearned(folder: string): Promise<Learned> {
  const read = (name: string) => Bun.file(join(folder, name)).bytes()
  const [weights, words, vectors] = await Promise.all([
    read('weights.bin'),
    read('words.bin'),
    read('vectors.bin'),
  ])
  return createLearned({ weights, words, vectors })
}

/** The three files, as their bytes. */
export interface Files {
  weights: Uint8Array
  words: Uint8Array
  vectors: Uint8Array
}

export function createLearned(files: Files): Learned {
  const [weights, words, vectors] = [files.weights, files.words, files.vectors].map(openTable) as [
    Table,
    Table,
    Table,
  ]
  const value = (name: string) => weights.find(name)?.weight ?? 0
  const worth = {
    of: (name: string) => weights.find(name)?.weight,
    unknown: value(rowNames.unknown),
    middle: Array.from({ length: vectors.columns }, (_, at) => value(rowNames.direction(at))),
  }
  const column = (section: string) => weights.find(rowNames.section(section))?.weight
  const noneAt = column(none) ?? 0
  const kindsAt: number[] = []
  for (let row = weights.find(rowNames.kind(0)); row; row = weights.find(rowNames.kind(kindsAt.length)))
    kindsAt.push(row.weight)

  /** How surely none is asked for: as much by what all of those have in common as by the kind that it is most like. */
  function noneOf(sure: Float64Array): number {
    const alike = kindsAt.map((at) => sure[at]!)
    return alike.length > 0 ? (sure[noneAt]! + Math.max(...alike)) / 2 : sure[noneAt]!
  }

  function scores({ names, meaning }: Weighed): Float64Array {
    const sum = new Float64Array(weights.columns)
    const add = (name: string, times: number) => {
      const row = weights.find(name)
      if (row) for (let at = 0; at < sum.length; at++) sum[at]! += row.cells[at]! * row.scale * times
    }
    for (const [name, times] of names) add(name, times)
    for (const [at, times] of meaning.entries()) add(rowNames.direction(at), times)
    add(rowNames.bias, 1)
    return sum
  }

  /** Words with a capital that stand in no question that a section answers: 0 in the table. */
  function hasStrangeName(text: string): boolean {
    const capitals = text.match(/\p{Lu}[\p{L}\p{N}'’&]*/gu) ?? []
    return correct(capitals.flatMap(wordsOf), { words, vectors, weights }).some(
      ({ typed }) => !words.find(typed)?.weight,
    )
  }

  return {
    bytes: files.weights,
    column,
    least: value(rowNames.least),
    isOf: (inputs) => weights.find(rowNames.inputs(inputs)) !== undefined,
    judge(question, before = '') {
      // "How long does it take?" after "What is your refund policy?" is "refund: how long does it take?"
      const topic = wordsOf(before).filter(({ typed }) => !stop.has(typed))
      const asked = correct([...topic, ...wordsOf(question)], { words, vectors, weights })
      const sure = scores(weigh(featuresOf(asked, vectors), worth))
      const against = noneOf(sure) + (hasStrangeName(question) ? strangeName : 0)
      return sure.map((value) => value - against)
    },
  }
}

/** A word that the language has, but seldom: by its weight among the vectors, which grows with rareness to 1. */
const rare = 0.99
/** A word of so many questions that a rare one beside it is held to be its misspelling: "my oder" is no German. */
const usual = 40

/**
 * Misspelt words as they were probably meant: those that neither the questions nor the language know, and rare ones that
 * no question has where a usual one is close. Two words in one are two words again.
 */
function correct(text: Token[], { words, vectors, weights }: Tables): Token[] {
  const meant = new Map<string, Token[]>()
  let corrections = 0
  const often = (typed: string) => words.find(typed)?.weight ?? 0
  const meantBy = (word: Token): Token[] => {
    const isWord = vectors.find(word.typed)
    if (isWord && isWord.weight < rare) return [word]
    const parts = partsOf(word, weights, words)
    if (parts || words.find(word.typed) || corrections >= mostCorrections) return parts ?? [word]
    corrections += 1
    const better = nearest(word.typed, words.keys(), often)
    const isBetter = better !== undefined && (!isWord || often(better) >= usual)
    return isBetter ? [wordsOf(better)[0]!] : [word]
  }
  return text.flatMap((word) => {
    const known = meant.get(word.typed) ?? meantBy(word)
    meant.set(word.typed, known)
    return known
  })
}

interface Tables {
  words: Table
  vectors: Table
  weights: Table
}
