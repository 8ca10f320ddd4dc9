/** A top-level assignment of a tfvars file: where its line and its value stand in the text. */
export interface Assignment {
  name: string
  line: number
  lineStart: number
  start: number
  end: number
}

const closing: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' }

/**
 * The top-level assignments of a tfvars file, in order; a sentence where the text does not read as one. It knows just
 * enough of HCL to find where a value ends: strings with templates in them, heredocs, brackets, comments.
 */
export function scan(text: string): Assignment[] | string {
  const found: Assignment[] = []
  // Terraform bears the byte order mark that some editors put before a text.
  const first = text.startsWith('\uFEFF') ? 1 : 0
  let at = first
  const lineOf = (place: number) => text.slice(0, place).split('\n').length
  const wrong = (what: string, place = at) => `line ${lineOf(place)}: ${what}`

  /** Past spaces and comments; line ends too where they mean nothing. */
  const skip = (lines: boolean) => {
    for (;;) {
      const rest = /^(?:[ \t\r]+|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\/)/.exec(text.slice(at, at + 65_536))
      if (rest) at += rest[0].length
      else if (lines && text[at] === '\n') at++
      else return
    }
  }

  for (skip(true); at < text.length; skip(true)) {
    const named = /^([A-Za-z_][\w-]*)[ \t]*=(?!=)/.exec(text.slice(at, at + 256))
    if (!named) return wrong('here a name and = are expected')
    const lineStart = Math.max(first, text.lastIndexOf('\n', at) + 1)
    const [whole, name] = named as unknown as [string, string]
    const line = lineOf(at)
    at += whole.length
    skip(false)
    const start = at
    const end = valueEnd(text, start)
    if (typeof end === 'string') return wrong(end, start)
    if (end === start) return wrong(`${name} has no value`, start)
    found.push({ name, line, lineStart, start, end })
    at = end
    skip(false)
    if (at < text.length && text[at] !== '\n')
      return wrong(`after the value of ${name} a new line is expected`)
  }
  return found
}

/** Where the value that starts here ends: before its line's end or comment, at no open bracket. */
function valueEnd(text: string, start: number): number | string {
  const open: string[] = []
  let at = start
  let end = start
  while (at < text.length) {
    const sign = text[at]!
    const heredoc = /^<<-?([A-Za-z_][\w-]*)[ \t]*\r?\n/.exec(text.slice(at, at + 128))
    if (heredoc) {
      const last = new RegExp(`^[ \\t]*${heredoc[1]}[ \\t]*\\r?$`, 'm').exec(
        text.slice(at + heredoc[0].length),
      )
      if (!last) return `the text that begins with <<${heredoc[1]} has no end`
      at += heredoc[0].length + last.index + last[0].trimEnd().length
      end = at
      continue
    }
    if (sign === '"') {
      const after = stringEnd(text, at)
      if (after === undefined) return 'a string has no closing quote'
      at = after
      end = at
      continue
    }
    if (sign === '#' || text.startsWith('//', at)) {
      if (open.length === 0) return end
      at = lineEnd(text, at)
      continue
    }
    if (text.startsWith('/*', at)) {
      if (open.length === 0) return end
      const close = text.indexOf('*/', at)
      if (close < 0) return 'a comment has no end'
      at = close + 2
      continue
    }
    if (sign === '\n' && open.length === 0) return end
    if (closing[sign]) open.push(closing[sign])
    else if (/[\])}]/.test(sign) && open.pop() !== sign) return `${sign} closes nothing`
    at++
    if (!/\s/.test(sign)) end = at
  }
  return open.length > 0 ? `${open.at(-1)} is missing` : end
}

const lineEnd = (text: string, at: number) => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** Past the closing quote; what `${` or `%{` opens may hold strings itself. */
function stringEnd(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start + 1; at < text.length; at++) {
    const sign = text[at]!
    if (sign === '\\') at++
    else if (sign === '\n' && depth === 0) return undefined
    else if (/[$%]/.test(sign) && text[at + 1] === sign && text[at + 2] === '{') at += 2
    else if (/[$%]/.test(sign) && text[at + 1] === '{') {
      depth++
      at++
    } else if (sign === '}' && depth > 0) depth--
    else if (sign === '"') {
      if (depth === 0) return at + 1
      const inner = stringEnd(text, at)
      if (inner === undefined) return undefined
      at = inner - 1
    }
  }
  return undefined
}
