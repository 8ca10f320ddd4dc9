/** As much of Go's templates as `--format` is used for: fields, `index`, `json`, and text around them. */
export function format(template: string, value: unknown): string {
  return template.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, expression: string) => {
    const result = evaluate(expression, value)
    if (result === undefined || result === null) return '<no value>'
    if (Array.isArray(result)) return `[${result.join(' ')}]`
    if (typeof result === 'object') {
      const pairs = Object.entries(result).map(([name, it]) => `${name}:${String(it)}`)
      return `map[${pairs.join(' ')}]`
    }
    return String(result)
  })
}

/** Words in order, parentheses and strings kept whole. */
function words(text: string): string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|\((?:[^()]|\([^()]*\))*\)|[^\s]+/g) ?? []
}

function evaluate(text: string, value: unknown): unknown {
  const piped = text.split(/\s*\|\s*/)
  if (piped.length > 1)
    return piped.slice(1).reduce((it, name) => apply(name, [it]), evaluate(piped[0]!, value))
  const [first = '', ...others] = words(text)
  if (/^[a-z]\w*$/i.test(first))
    return apply(
      first,
      others.map((it) => evaluate(it, value)),
    )
  if (first.startsWith('(')) return evaluate(first.slice(1, -1), value)
  if (first.startsWith('"')) return JSON.parse(first)
  if (/^-?\d+$/.test(first)) return Number(first)
  return first
    .split('.')
    .filter(Boolean)
    .reduce<unknown>((it, name) => (it as Record<string, unknown> | undefined)?.[name], value)
}

function apply(name: string, args: unknown[]): unknown {
  if (name === 'json') return JSON.stringify(args[0] ?? null)
  if (name === 'println') return args.join(' ')
  if (name === 'len') return (args[0] as unknown[]).length
  if (name === 'index')
    return args.slice(1).reduce((it, key) => (it as Record<string, unknown>)?.[key as string], args[0])
  throw new Error(`template parsing error: function "${name}" not defined`)
}
