/** What kind of thing a question asks for: the words that say so are otherwise thrown away as grammar. */
const cues: [string, RegExp][] = [
  ['time', /\b(when|how (long|soon|fast|quick|quickly)|time|turnaround|days|until)\b/i],
  ['cost', /\b(how much|cost|costs|price|prices|fee|fees|charge|pay for|free)\b/i],
  ['place', /\b(where|address|location)\b/i],
  ['not', /\b(not|cannot|can't|isn't|except|exceptions?|exclusions?)\b/i],
]

export const cuesOf = (text: string): string[] =>
  cues.filter(([, pattern]) => pattern.test(text)).map(([name]) => name)
