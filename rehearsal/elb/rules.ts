import { contains } from '../network/addresses.ts'
import type { Action, Condition, Rule } from './model.ts'

/** What of a request the rules of a listener look at. */
export interface RequestLine {
  method: string
  host: string
  path: string
  /** As it was sent, without the question mark. */
  query: string
  headers: Headers
  clientIp: string
}

/** The rule that decides a request: the first by priority whose every condition holds. */
export function ruleFor(rules: Rule[], request: RequestLine): Rule | undefined {
  return rules.find((rule) => rule.conditions.every((condition) => holds(condition, request)))
}

export function holds(condition: Condition, request: RequestLine): boolean {
  const { field, values } = condition
  switch (field) {
    case 'path-pattern':
      return values.some((value) => matches(value, request.path))
    case 'host-header':
      return values.some((value) => matches(value, request.host.replace(/:\d+$/, ''), 'ignore case'))
    case 'http-header': {
      const header = request.headers.get(condition.headerName ?? '')
      return header !== null && values.some((value) => matches(value, header, 'ignore case'))
    }
    case 'http-request-method':
      return values.includes(request.method)
    case 'source-ip':
      return values.some((cidr) => contains(cidr, request.clientIp))
    case 'query-string':
      return (condition.pairs ?? []).some(({ key, value }) =>
        [...new URLSearchParams(request.query)].some(
          ([name, given]) =>
            (key === undefined || matches(key, name, 'ignore case')) && matches(value, given, 'ignore case'),
        ),
      )
    default:
      return false
  }
}

/** ELB's own patterns: `*` for any characters, `?` for exactly one. */
export function matches(pattern: string, text: string, letters?: 'ignore case'): boolean {
  return compiled(pattern, letters).test(text)
}

const patterns = new Map<string, RegExp>()

function compiled(pattern: string, letters?: 'ignore case'): RegExp {
  const key = `${letters ?? ''} ${pattern}`
  let expression = patterns.get(key)
  if (!expression) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    expression = new RegExp(`^${source}$`, letters ? 'is' : 's')
    patterns.set(key, expression)
  }
  return expression
}

/** Where a redirect leads, with its `#{host}`-like parts filled in from the request. */
export function redirectLocation(
  action: Extract<Action, { type: 'redirect' }>,
  request: Pick<RequestLine, 'host' | 'path' | 'query'> & { protocol: string; port: number },
): string {
  const fill = (text: string) =>
    text
      .replaceAll('#{protocol}', request.protocol)
      .replaceAll('#{host}', request.host.replace(/:\d+$/, ''))
      .replaceAll('#{port}', String(request.port))
      .replaceAll('#{path}', request.path.slice(1))
      .replaceAll('#{query}', request.query)
  const protocol = fill(action.protocol).toLowerCase()
  const query = fill(action.query)
  return `${protocol}://${fill(action.host)}:${fill(action.port)}${fill(action.path)}${query ? `?${query}` : ''}`
}
