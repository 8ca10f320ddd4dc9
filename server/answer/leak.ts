/** Long enough that no answer has it by chance: eight words in the order of the rules. */
const span = 8

/** Does a text give the rules away, or the fences of the documents? Then it is not shown, whatever led to it. */
export function leakDetector(rules: string): (text: string) => boolean {
  const words = plain(rules)
  const spans = new Set(
    words.slice(0, Math.max(0, words.length - span + 1)).map((_, at) => words.slice(at, at + span).join(' ')),
  )
  return (text) => {
    if (/<\/?document\b/i.test(text)) return true
    const said = plain(text)
    return said.some((_, at) => spans.has(said.slice(at, at + span).join(' ')))
  }
}

const plain = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
