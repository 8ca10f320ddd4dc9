import type { Event } from './stage/runs'

/** A runbook's event as whoever started it by hand would have read it, without what every deploy says alike. */
export function retold(event: Event): string[] {
  const { type, title = '', text = '', outcome = '', ms = 0, depth, error, message, next } = event
  switch (type) {
    case 'step.line':
      return everyday.test(text) || !told.has(title) ? [] : [`    ${text}`]
    case 'warning':
      return [`! ${text}`]
    case 'note':
      return [`  ${text}`]
    case 'step.finished': {
      if (depth !== 0) return []
      const why = outcome === 'failed' || outcome === 'refused' ? `  ${error}` : ''
      return [`${marks[outcome] ?? '✔'} ${title}  ${(ms / 1_000).toFixed(1)}s${why}`]
    }
    case 'error':
      return [`✖ ${message}`, ...(next ? [`  Next: ${next}`] : [])]
    default:
      return []
  }
}

/** Steps whose lines belong to the story; a build's are long, and always the same. */
const told = new Set(['Migrate the database', 'Follow the deployment', 'Return to the last good revision'])

/** What ECS says of every task. */
const everyday = /registered \d+ targets|draining connections/

const marks: Record<string, string> = { failed: '✖', refused: '■', interrupted: '■' }
