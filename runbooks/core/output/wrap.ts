/** Words in lines of at most that many columns, as a terminal counts them; a word longer than a line keeps one for itself. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(/ +/)) {
      if (line && Bun.stringWidth(line) + 1 + Bun.stringWidth(word) > width) {
        lines.push(line)
        line = word
      } else {
        line = line ? `${line} ${word}` : word
      }
    }
    lines.push(line)
  }
  return lines
}

/** A label, and a text beside it that stays in its column. */
export function hanging(label: string, text: string, width: number): string[] {
  const indent = Bun.stringWidth(label)
  const lines = wrap(text, Math.max(20, width - indent))
  return lines.map((line, i) => (i === 0 ? label : ' '.repeat(indent)) + line)
}

/** At most that many columns, the end given up for an ellipsis. */
export function truncate(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text
  let shown = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (Bun.stringWidth(shown + segment) > width - 1) break
    shown += segment
  }
  return `${shown}…`
}
