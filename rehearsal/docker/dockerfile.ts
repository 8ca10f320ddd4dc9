/** One instruction of a Dockerfile, as written: variables are replaced later, when their values are known. */
export interface Instruction {
  name: string
  /** `--from=build` and the like. */
  flags: Record<string, string>
  /** What follows, flags taken off. */
  rest: string
  /** The JSON array, when it was written as one. */
  list: string[] | undefined
  /** First and last line, from 1. */
  from: number
  to: number
}

/** A mistake in the Dockerfile itself, with the line it is on. */
export class DockerfileError extends Error {
  constructor(
    message: string,
    readonly line?: number,
    readonly lastLine = line,
  ) {
    super(message)
  }
}

const names = new Set(
  `ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR`.split(
    ' ',
  ),
)

export function parseDockerfile(text: string): Instruction[] {
  const lines = text.replace(/\r\n/g, '\n').split('\n')
  const continuation = /^#\s*escape\s*=\s*(`|\\)/im.exec(text.slice(0, 200))?.[1] ?? '\\'
  const found: Instruction[] = []
  for (let at = 0; at < lines.length; at++) {
    if (isNothing(lines[at]!)) continue
    const first = at
    let whole = ''
    for (;;) {
      const line = lines[at] ?? ''
      // Comments and empty lines inside a continued instruction are no part of it.
      const skipped = at > first && isNothing(line)
      const continues = skipped || line.trimEnd().endsWith(continuation)
      if (!skipped) whole += continues ? line.trimEnd().slice(0, -1) : line
      if (!continues || at + 1 >= lines.length) break
      at++
    }
    found.push(instruction(whole.trim(), first + 1, at + 1))
  }
  if (found.length === 0) throw new DockerfileError('the Dockerfile cannot be empty')
  return found
}

const isNothing = (line: string) => /^\s*(#|$)/.test(line)

function instruction(text: string, from: number, to: number): Instruction {
  const [, word = '', after = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? []
  const name = word.toUpperCase()
  if (!names.has(name)) throw new DockerfileError(`unknown instruction: ${word}`, from, to)
  const flags: Record<string, string> = {}
  let rest = after.trim()
  if (/^(ADD|COPY|FROM|RUN|HEALTHCHECK)$/.test(name)) {
    for (;;) {
      const flag = /^--([\w-]+)(?:=(\S*))?\s+/.exec(rest)
      if (!flag) break
      const [whole, key = '', value = 'true'] = flag
      flags[key] = key in flags ? `${flags[key]}\n${value}` : value
      rest = rest.slice(whole.length)
    }
  }
  if (!rest && name !== 'HEALTHCHECK') {
    throw new DockerfileError(`${name} requires at least one argument`, from, to)
  }
  if (/<<-?\s*["']?\w+/.test(rest) && /^(RUN|COPY)$/.test(name)) {
    throw new DockerfileError(`${name} with a here-document: the rehearsal's docker cannot read it`, from, to)
  }
  return { name, flags, rest, list: jsonList(rest), from, to }
}

function jsonList(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((it) => typeof it === 'string') ? value : undefined
  } catch {
    return undefined
  }
}

/** Words, with quotes undone: `a "b c" d=e` is three. */
export function splitWords(text: string): string[] {
  const words: string[] = []
  for (const [raw] of text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g)) words.push(unquote(raw))
  return words
}

export function unquote(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
    double !== undefined ? double.replace(/\\(.)/g, '$1') : (single ?? escaped ?? ''),
  )
}

/** `A=1 B="two words"`, or the older `A value to the end of the line`. */
export function keyValues(text: string): [string, string][] {
  const pairs = text.match(/(?:[^\s"'\\=]|\\.)+=(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')*/g)
  if (!pairs || !/^[^\s=]+=/.test(text)) {
    const [, key = '', value = ''] = /^(\S+)\s+([\s\S]*)$/.exec(text) ?? []
    return [[key, unquote(value)]]
  }
  return pairs.map((pair) => {
    const at = pair.indexOf('=')
    return [unquote(pair.slice(0, at)), unquote(pair.slice(at + 1))]
  })
}

/** `$A`, `${A}`, `${A:-default}`, `${A:+alternative}`; an escaped dollar stays one. */
export function expand(text: string, values: Record<string, string | undefined>): string {
  return text.replace(
    /\\\$|\$(?:(\w+)|\{(\w+)(?::([-+])((?:[^{}]|\$\{[^}]*\})*))?\})/g,
    (whole, plain, braced, sign, word) => {
      if (whole === '\\$') return '$'
      const value = values[plain ?? braced]
      if (sign === '-') return value || expand(word, values)
      if (sign === '+') return value ? expand(word, values) : ''
      return value ?? ''
    },
  )
}
