/** Ways to set text off. Where colours are unwanted, all of them leave the text as it is. */
export interface Style {
  good(text: string): string
  bad(text: string): string
  warn(text: string): string
  planned(text: string): string
  dim(text: string): string
  bold(text: string): string
}

const ansi = (on: number, off: number) => (text: string) => (text ? `\x1b[${on}m${text}\x1b[${off}m` : text)
const none = (text: string) => text

export const coloured: Style = {
  good: ansi(32, 39),
  bad: ansi(31, 39),
  warn: ansi(33, 39),
  planned: ansi(36, 39),
  dim: ansi(2, 22),
  bold: ansi(1, 22),
}

export const uncoloured: Style = { good: none, bad: none, warn: none, planned: none, dim: none, bold: none }

/** NO_COLOR (no-color.org) is stronger than FORCE_COLOR (force-color.org); without either, a terminal that can gets them. */
export function wantsColour(env: Record<string, string | undefined>, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return isTerminal && env.TERM !== 'dumb'
}
