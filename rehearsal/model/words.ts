/** Just enough of language to tell which sentence a question is about. */

const common = new Set(
  `a about am an and any are as at be been but by can could did do does for from get give had has have he her his how i if in into
   is it its just let may me might much my of on or our please shall she should so some tell than that the their them then there
   these they this those to us was we were what when where which who whom whose why will with would you your`.split(
    /\s+/,
  ),
)

/** The words that carry meaning, cut to their stems, so that `refunds` and `refunded` are about `refund`. */
export function stems(text: string): string[] {
  const words =
    text
      .toLowerCase()
      .normalize('NFKD')
      .match(/[a-z0-9]+/g) ?? []
  return words.filter((word) => !common.has(word)).map(stem)
}

function stem(word: string): string {
  if (word.length <= 3) return word
  return word
    .replace(/(ies)$/, 'y')
    .replace(/(ations?|ments?|ings?|edly|ed|ers?|es|s|ly)$/, '')
    .slice(0, 12)
}

/** After a full stop, a question mark or an exclamation mark; but not after an initial or an abbreviation. */
const sentenceEnd =
  /(?<=[.!?]["')]?)(?<!\b(?:[A-Za-z]|[A-Z]\.[A-Z]|e\.g|i\.e|etc|vs|approx|Mr|Mrs|Ms|Dr|St|No)\.)\s+(?=\S)/

/** Sentences and list items; headings and lone tags are none. */
export function sentences(text: string): string[] {
  return text
    .split(/\n+/)
    .filter((line) => !/^\s*(#|<\/?[\w-]+[^>]*>\s*$|---|```)/.test(line))
    .flatMap((line) => line.replace(/^\s*([-*•]|\d+[.)])\s+/, '').split(sentenceEnd))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length > 1)
}

/** About four characters a token, as OpenAI's own rule of thumb has it. */
export const tokens = (text: string): number => Math.max(1, Math.ceil(text.length / 4))
