/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
export function distance(from: string, to: string): number {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same)
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        least = Math.min(least, before[j - 2]! + 1)
      }
      row.push(least)
    }
    before = above
    above = row
  }
  return above[to.length]!
}

/** The known word somebody most likely meant, or nothing when none is close enough to be a typing error. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const begins = known.filter((candidate) => word.length >= 3 && candidate.startsWith(word))
  if (begins.length === 1) return begins[0]
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .sort((a, b) => a.edits - b.edits)
  const tolerated = Math.max(1, Math.floor(word.length / 3))
  return best && best.edits <= tolerated ? best.candidate : undefined
}
