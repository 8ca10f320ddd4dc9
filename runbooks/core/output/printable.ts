/** What stands in a log may be anybody's: it is shown on one line, without what would move a terminal's cursor. */
export function printable(text: string, most = 300): string {
  const plain = text
    .replace(/\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu, '')
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
  // AWS's long reasons say at their end what differs from case to case.
  const half = Math.floor(most / 2)
  return plain.length > most ? `${plain.slice(0, half)} … ${plain.slice(-half)}` : plain
}
