/** A metric math expression, taken apart. */
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'operation'; operator: string; left: Expression; right: Expression }

const token =
  /\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|("[^"]*"|'[^']*')|([A-Za-z_]\w*)|(\|\||&&|[<>=!]=|[-+*/^<>(),[\]]))/y

/** Operators by how strongly they bind, the weakest first. */
const levels = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
]

/** Parses an expression; throws an Error that says where it does not understand it. */
export function parseExpression(text: string): Expression {
  const tokens = scan(text)
  let at = 0
  const peek = () => tokens[at]?.toUpperCase()
  const expect = (wanted: string) => {
    if (tokens[at] !== wanted)
      throw new Error(`Expected '${wanted}' at '${tokens.slice(at).join('') || 'the end'}'`)
    at++
  }
  const binary = (level: number): Expression => {
    const operators = levels[level]
    if (!operators) return unary()
    let left = binary(level + 1)
    while (operators.includes(peek() ?? '')) {
      const operator = tokens[at++]!.toUpperCase()
      left = { kind: 'operation', operator, left, right: binary(level + 1) }
    }
    return left
  }
  const unary = (): Expression => {
    if (peek() !== '-') return primary()
    at++
    return { kind: 'operation', operator: '-', left: { kind: 'number', value: 0 }, right: unary() }
  }
  const list = (end: string): Expression[] => {
    const items: Expression[] = []
    while (tokens[at] !== end) {
      items.push(binary(0))
      if (tokens[at] !== end) expect(',')
    }
    expect(end)
    return items
  }
  const primary = (): Expression => {
    const word = tokens[at++]
    if (word === undefined) throw new Error('The expression ends too early')
    if (word === '(') {
      const inner = binary(0)
      expect(')')
      return inner
    }
    if (word === '[') return { kind: 'list', items: list(']') }
    if (/^["']/.test(word)) return { kind: 'text', value: word.slice(1, -1) }
    if (/^[\d.]/.test(word)) return { kind: 'number', value: Number(word) }
    if (!/^[A-Za-z_]/.test(word)) throw new Error(`Unexpected '${word}'`)
    if (tokens[at] !== '(') return { kind: 'name', name: word }
    at++
    return { kind: 'call', name: word.toUpperCase(), args: list(')') }
  }
  const whole = binary(0)
  if (at < tokens.length) throw new Error(`Unexpected '${tokens[at]}'`)
  return whole
}

function scan(text: string): string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.trimEnd().length) {
    const start = token.lastIndex
    const found = token.exec(text)
    if (!found) throw new Error(`Unexpected '${text.slice(start).trim()}'`)
    tokens.push(found[0].trim())
  }
  return tokens
}
