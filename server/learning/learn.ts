import { type Features, featuresOf, isPair, type Worth, weigh } from '../retrieval/features.ts'
import { none, rowNames } from '../retrieval/learned.ts'
import { type Entry, packTable, type Table } from '../retrieval/table.ts'
import { wordsOf } from '../retrieval/words.ts'
import { type Asked, hashOf } from './examples.ts'
import { type Example, trainOne } from './svm.ts'

/** A pair of words that stood in one text only would be learned by heart. */
const leastTexts = 2

/** The tables `weights.bin` and `words.bin`, made from texts and the sections that they ask for. */
export function learn(asked: Asked[], vectors: Table, least = 0): { weights: Uint8Array; words: Uint8Array } {
  const texts = asked.map(({ text }) => wordsOf(text))
  const all = texts.map((words) => featuresOf(words, vectors))
  const worth = worthOf(all)
  const names = [...worth.known.keys()]
  const size = names.length + vectors.columns + 1
  const numbered = new Map(names.map((name, at) => [name, at]))
  const examples = all.map((features) => exampleOf(features, worth, numbered, size))
  const sections = [...new Set([...asked.map(({ section }) => section), none])]
  const kinds = [...new Set(asked.flatMap(({ kind }) => kind ?? []))]
  const columns = [
    ...sections.map((one) => trainOne(examples, (index) => asked[index]!.section === one, size)),
    ...kinds.map((one) => trainOne(examples, (index) => asked[index]!.kind === one, size)),
  ]
  const row = (key: string, at: number, weight = 0): Entry => ({
    key,
    weight,
    values: columns.map((column) => column[at]!),
  })
  const empty = columns.map(() => 0)
  const weights = packTable([
    ...names.map((name, at) => row(name, at, worth.known.get(name))),
    ...Array.from(worth.middle, (middle, at) => row(rowNames.direction(at), names.length + at, middle)),
    row(rowNames.bias, size - 1),
    ...sections.map((section, at) => ({ key: rowNames.section(section), weight: at, values: empty })),
    ...kinds.map((_, at) => ({ key: rowNames.kind(at), weight: sections.length + at, values: empty })),
    { key: rowNames.unknown, weight: worth.unknown, values: empty },
    { key: rowNames.least, weight: least, values: empty },
    { key: rowNames.inputs(hashOf(asked)), weight: 0, values: empty },
  ])
  const covered = new Map<string, number>()
  for (const [at, text] of texts.entries()) {
    const counts = asked[at]!.section === none ? 0 : 1
    for (const { typed } of text) covered.set(typed, (covered.get(typed) ?? 0) + counts)
  }
  const words = packTable([...covered].map(([key, weight]) => ({ key, weight, values: [] })))
  return { weights, words }
}

/** Rare words say much, common ones little. */
function worthOf(all: Features[]): Worth & { known: Map<string, number> } {
  const inTexts = new Map<string, number>()
  for (const { counts } of all)
    for (const name of counts.keys()) inTexts.set(name, (inTexts.get(name) ?? 0) + 1)
  const idf = (texts: number) => Math.log((1 + all.length) / (1 + texts)) + 1
  const kept = [...inTexts].filter(([name, texts]) => texts >= (isPair(name) ? leastTexts : 1))
  const known = new Map(kept.map(([name, texts]) => [name, idf(texts)]))
  const columns = all[0]?.meaning.length ?? 0
  const middle = Array.from(
    { length: columns },
    (_, at) => all.reduce((sum, { meaning }) => sum + meaning[at]!, 0) / all.length,
  )
  return { known, of: (name) => known.get(name), unknown: idf(0), middle }
}

function exampleOf(features: Features, worth: Worth, numbered: Map<string, number>, size: number): Example {
  const { names, meaning } = weigh(features, worth)
  const pairs: [number, number][] = [...names].map(([name, value]) => [numbered.get(name)!, value])
  for (const [at, value] of meaning.entries()) pairs.push([numbered.size + at, value])
  pairs.push([size - 1, 1])
  return { at: Uint32Array.from(pairs, ([at]) => at), value: Float64Array.from(pairs, ([, value]) => value) }
}
