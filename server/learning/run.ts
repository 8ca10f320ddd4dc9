import { join } from 'node:path'
import { readDocuments } from '../retrieval/documents.ts'
import { createLearned, none } from '../retrieval/learned.ts'
import { openTable } from '../retrieval/table.ts'
import { type Asked, readAsked, textsOf } from './examples.ts'
import { learn } from './learn.ts'

/**
 * `bun run learn`, after a change of a document or of a question: makes `weights.bin` and `words.bin` in
 * `server/knowledge/learned`. A test fails until it has been run.
 *
 * How sure an answer has to be is found by leaving out: what most of the questions teach judges the others.
 */
const leftOutEvery = 5
/**
 * Of the left-out questions that nothing answers, this share is answered all the same. They are harder than what
 * customers ask: each is of a kind of its own, and in the end it is itself among those learned from.
 */
const mostFalseAnswers = 0.15

const folder = join(import.meta.dir, '../knowledge')
const knowledge = await readDocuments(folder)
const asked = await readAsked(join(folder, 'asked'), knowledge)
const texts = textsOf(knowledge)
const bytes = await Bun.file(join(folder, 'learned/vectors.bin')).bytes()
const vectors = openTable(bytes)

interface LeftOut {
  wanted: string
  got: string
  sureness: number
}

const isLeftOut = ({ text }: Asked) => Number(Bun.hash.wyhash(text) % BigInt(leftOutEvery)) === 0
const first = learn([...asked.filter((one) => !isLeftOut(one)), ...texts], vectors)
const judge = createLearned({ ...first, vectors: bytes })
const leftOut = asked.filter(isLeftOut).map(({ text, section }): LeftOut => {
  const sureness = judge.judge(text)
  const best = knowledge.sections
    .map(({ id }) => ({ id, sureness: sureness[judge.column(id)!]! }))
    .sort((a, b) => b.sureness - a.sureness)[0]!
  return { wanted: section, got: best.id, sureness: best.sureness }
})
const others = leftOut
  .filter(({ wanted }) => wanted === none)
  .map(({ sureness }) => sureness)
  .sort((a, b) => b - a)
const least = others[Math.floor(others.length * mostFalseAnswers)] ?? 0
const covered = leftOut.filter(({ wanted }) => wanted !== none)
const right = covered.filter(({ wanted, got, sureness }) => wanted === got && sureness > least)
console.log(
  `${asked.length} questions, ${texts.length} texts of documents. Of those left out: answered rightly ${percent(right.length / covered.length)}, answered though not covered ${percent(mostFalseAnswers)}, above ${least.toFixed(2)}`,
)
const made = learn([...asked, ...texts], vectors, least)
await Bun.write(join(folder, 'learned/weights.bin'), made.weights)
await Bun.write(join(folder, 'learned/words.bin'), made.words)

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
