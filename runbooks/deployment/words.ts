/** How much of a line a sentence, and a list of evidence, can hold. */
const sayable = 200
const readable = 300

const codeFrame = /^\s*\d+ \| |^\s*\^+\s*$/
const trace = /^\s+at |^note: |^Bun v\d|^Node\.js v\d|^\s*$/
const calledError = /^(uncaught |unhandled )?(\w*(error|exception)|fatal|panic)\b/i

/** What a task said about its own end, out of its last log lines; undefined where they tell no trouble. */
export function lastWords(lines: string[]): string | undefined {
  const said = lines.filter((line) => !codeFrame.test(line) && !trace.test(line)).map(wordsOf)
  const error = said.findLast((words) => words?.error)
  const last = said.findLast((words) => words !== undefined)
  const words = (error ?? last)?.text.trim()
  return words && shortened(words, sayable)
}

/** Log lines for a reader: without the code around a throw, and none longer than a screen is wide. */
export function worthReading(lines: string[]): string[] {
  return lines.filter((line) => !codeFrame.test(line)).map((line) => shortened(line, readable))
}

interface Words {
  text: string
  error: boolean
}

/** A line of a JSON log speaks through its level, event and error; any other for itself. */
function wordsOf(line: string): Words | undefined {
  const entry = parsed(line)
  if (!entry) return { text: line, error: calledError.test(line.trim()) }
  if (!/^(error|fatal)$/.test(String(entry.level))) return undefined
  return {
    text: [String(entry.event ?? entry.msg ?? entry.level), ...messages(entry.error)].join(': '),
    error: true,
  }
}

interface Described {
  message?: unknown
  cause?: Described
}

function messages(error: Described | undefined): string[] {
  if (!error || typeof error !== 'object') return []
  return [...(typeof error.message === 'string' ? [error.message] : []), ...messages(error.cause)]
}

type Entry = { level?: unknown; event?: unknown; msg?: unknown; error?: Described }

function parsed(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Entry
  } catch {
    return undefined
  }
}

const shortened = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
