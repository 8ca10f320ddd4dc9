/**
 * The word of the vocabulary that was probably meant: one edit away, or two for a long word; of several, the one that is
 * asked with most often.
 */
export function nearest(
  word: string,
  vocabulary: Iterable<string>,
  often: (word: string) => number = () => 0,
): string | undefined {
  if (word.length < 4 || word.length > 24 || /\d/.test(word)) return undefined
  const allowed = word.length >= 10 ? 2 : 1
  let best: string | undefined
  let distance = allowed + 1
  for (const candidate of vocabulary) {
    if (candidate.length < 4 || Math.abs(candidate.length - word.length) > allowed) continue
    // People seldom miss the first letter; asking for it keeps "sane" from becoming "bane".
    if (candidate[0] !== word[0] && candidate[0] !== word[1]) continue
    const d = edits(word, candidate, Math.min(distance, allowed) + 1)
    if (d < distance || (d === distance && d <= allowed && often(candidate) > often(best!))) {
      distance = d
      best = candidate
    }
  }
  return best
}

/** Optimal string alignment: insert, delete, replace, and swap of neighbours count one. Gives up at `limit`. */
export function edits(a: string, b: string, limit: number): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    let least = row
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(last[column]! + 1, line[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, before[column - 2]! + 1)
      }
      line.push(cost)
      least = Math.min(least, cost)
    }
    if (least >= limit) return limit
    before = last
    last = line
  }
  return last[b.length]!
}
