/** A message as its words alone, for patterns: small letters, no punctuation, an apostrophe as a space. */
export const plainOf = (message: string): string =>
  message
    .toLowerCase()
    .replace(/['’]/g, ' ')
    .replace(/[^a-z ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
