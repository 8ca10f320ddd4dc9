let millisecond = 0
let text = ''

/** This moment in ISO 8601. Under load many requests share a millisecond, and its text. */
export function now(): string {
  const current = Date.now()
  if (current !== millisecond) {
    millisecond = current
    text = new Date(current).toISOString()
  }
  return text
}
