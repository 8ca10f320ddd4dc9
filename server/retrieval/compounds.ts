import type { Table } from './table.ts'
import { type Token, wordsOf } from './words.ts'

/** "To get her" is no "together": a part is no shorter. */
const leastLetters = 3

/**
 * Two words typed as one: "giftcards" where the questions and documents write "gift cards" more often than that. Undefined
 * for a word that is one.
 */
export function partsOf({ typed, stem }: Token, weights: Table, words: Table): Token[] | undefined {
  // What is learned of a pair grows with its rareness; a word that was never seen is rarer than any pair.
  let rarest = weights.find(stem)?.weight ?? Number.POSITIVE_INFINITY
  let parts: Token[] | undefined
  for (let at = leastLetters; at <= typed.length - leastLetters; at++) {
    const [first, second] = [typed.slice(0, at), typed.slice(at)]
    if (!words.find(first) || !words.find(second)) continue
    const two = [...wordsOf(first), ...wordsOf(second)]
    const pair = weights.find(two.map((token) => token.stem).join(' '))
    if (!pair || pair.weight >= rarest) continue
    rarest = pair.weight
    parts = two
  }
  return parts
}
