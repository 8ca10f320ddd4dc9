export type Value = string | number | boolean | null | string[]

/** Renders assignments as `terraform fmt` would write them, with a comment above each where one is given. */
export function renderTfvars(groups: { comment: string; values: Record<string, Value> }[]): string {
  return groups
    .map(({ comment, values }) => {
      const width = Math.max(...Object.keys(values).map((name) => name.length))
      const lines = Object.entries(values).map(([name, value]) => `${name.padEnd(width)} = ${literal(value)}`)
      return [`# ${comment}`, ...lines].join('\n')
    })
    .join('\n\n')
    .concat('\n')
}

/** The value of a top-level string assignment, or undefined. */
export function assignedIn(text: string, name: string): string | undefined {
  const match = text.match(new RegExp(`^\\s*${name}\\s*=\\s*"((?:[^"\\\\]|\\\\.)*)"`, 'm'))
  return match?.[1]?.replace(/\\(["\\])/g, '$1')
}

/** In HCL a string's `${` and `%{` would be evaluated. */
export function literal(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value).replace(/[$%](?=\{)/g, (sign) => sign + sign)
}
