/** What .dockerignore leaves out of the context: the last pattern that matches a path decides. */
export interface Ignore {
  ignores(path: string): boolean
  /** False when nothing below an ignored folder could be taken back in by a `!` pattern. */
  mayHoldKept(folder: string): boolean
}

export function parseIgnore(text: string): Ignore {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
      const kept = line.startsWith('!')
      const pattern = (kept ? line.slice(1).trim() : line).replace(/^\.?\/+/, '').replace(/\/+$/, '')
      return { kept, pattern, matches: matcher(pattern) }
    })
    .filter(({ pattern }) => pattern !== '' && pattern !== '.')
  const kept = rules.filter((rule) => rule.kept)
  return {
    ignores(path) {
      const parts = path.split('/')
      let ignored = false
      for (const rule of rules) {
        if (rule.kept !== ignored) continue
        // A pattern that matches a folder matches everything in it.
        if (parts.some((_, index) => rule.matches(parts.slice(0, index + 1).join('/')))) ignored = !rule.kept
      }
      return ignored
    },
    mayHoldKept(folder) {
      return kept.some(({ pattern }) => {
        const fixed = pattern.split(/[*?[]/)[0] ?? ''
        return fixed.startsWith(`${folder}/`) || folder.startsWith(fixed) || fixed === ''
      })
    },
  }
}

/** Go's filepath.Match with Docker's `**`, as a regular expression. */
export function matcher(pattern: string): (path: string) => boolean {
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!
    if (pattern.startsWith('**/', at)) {
      source += '(?:.*/)?'
      at += 2
    } else if (pattern.startsWith('**', at)) {
      source += '.*'
      at += 1
    } else if (char === '*') source += '[^/]*'
    else if (char === '?') source += '[^/]'
    else if (char === '[') {
      const end = pattern.indexOf(']', at + 1)
      if (end < 0) source += '\\['
      else {
        source += `[${pattern.slice(at + 1, end)}]`
        at = end
      }
    } else if (char === '\\') source += literal(pattern[++at] ?? '\\')
    else source += literal(char)
  }
  const expression = new RegExp(`^${source}$`)
  return (path) => expression.test(path)
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
