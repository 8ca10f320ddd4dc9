/**
 * What must not reach a log line or a stored message by accident. Patterns are linear: a hostile message must not
 * cost more than its length.
 */
const rules: [RegExp, string][] = [
  [/\b(?:sk|rk|pk)-[A-Za-z0-9_-]{8,}/g, '[key]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[key]'],
  [/\bBearer\s+[A-Za-z0-9._~+/-]{8,}=*/gi, 'Bearer [token]'],
  [/\b(postgres(?:ql)?|rediss?|https?):\/\/[^\s/@]{1,200}@/gi, '$1://[credentials]@'],
  [/[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}/g, '[e-mail]'],
]

const digits = /(?<![\w-])\+?\d(?:[ .()/-]{0,2}\d){7,18}(?![\w-])/g

/** Thirteen to nineteen digits that satisfy Luhn are a card; eight and more with separators or a plus are a phone. */
function number(match: string): string {
  const plain = match.replace(/\D/g, '')
  if (plain.length >= 13 && luhn(plain)) return '[card]'
  return match.startsWith('+') || (plain.length <= 15 && /[ ()/.-]/.test(match) && !isDate(match))
    ? '[phone]'
    : match
}

const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}/.test(text)

function luhn(text: string): boolean {
  let sum = 0
  for (let index = 0; index < text.length; index++) {
    const digit = Number(text[text.length - 1 - index])
    const doubled = digit * 2
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

export function redact(text: string): string {
  let clean = text
  for (const [pattern, replacement] of rules) clean = clean.replace(pattern, replacement)
  return clean.replace(digits, number)
}

/** Only card numbers go: a stored conversation keeps what the customer told us, except what we must never hold. */
export function withoutCards(text: string): string {
  return text.replace(digits, (match) => (number(match) === '[card]' ? '[card]' : match))
}

/** Does the text hold something personal? Then its answer is not shared through the cache. */
export const isPersonal = (text: string) => redact(text) !== text
