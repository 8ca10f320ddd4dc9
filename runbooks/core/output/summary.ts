import { appendFileSync } from 'node:fs'
import { duration } from '../duration'
import { isCustom, type KitEvent, type Recorded, type Sink } from '../events'
import { marks } from './lines'

type Finished = KitEvent & { type: 'step.finished' }

/** The run as Markdown on the page of a GitHub Actions job, appended to `$GITHUB_STEP_SUMMARY` at its end. */
export function stepSummary(file: string): Sink {
  const steps: Finished[] = []
  const said: string[] = []
  let heading = ''
  let planned = ''
  let error = ''
  let started = Date.now()
  return {
    take(event: Recorded) {
      if (isCustom(event)) return
      switch (event.type) {
        case 'start':
          started = Date.parse(event.at)
          heading = `${event.runbook} · ${event.environment}`
          planned = event.dryRun ? ' (dry run)' : ''
          break
        case 'step.finished':
          if (event.kind === 'change' || event.outcome === 'failed') steps.push(event)
          break
        case 'summary':
          said.push(event.markdown)
          break
        case 'error':
          error = failureOf(event)
          break
        case 'result': {
          const mark = event.ok ? '✅' : '❌'
          const took = duration(Date.parse(event.at) - started)
          const parts = [`### ${mark} ${heading}${planned} · ${took}`, error, ...said, stepTable(steps)]
          write(file, `${parts.filter(Boolean).join('\n\n')}\n\n`)
        }
      }
    },
  }
}

function failureOf({ message, detail, next }: KitEvent & { type: 'error' }): string {
  const parts = [
    `> ${escaped(message)}`,
    detail.length > 0 && fenced(detail.join('\n')),
    next && `Next:\n\n${fenced(next)}`,
  ]
  return parts.filter(Boolean).join('\n\n')
}

function stepTable(steps: readonly Finished[]): string {
  if (steps.length === 0) return ''
  const rows = steps.map(({ title, outcome, ms, why, error }) => {
    const cells = [marks[outcome], title, outcome === 'planned' ? '' : duration(ms), why ?? error ?? outcome]
    return `| ${cells.map((cell) => escaped(cell.split('\n')[0]!).replaceAll('|', '\\|')).join(' | ')} |`
  })
  return ['| | Step | Time | |', '|---|---|---|---|', ...rows].join('\n')
}

/** What programs print must not become markup. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/([\\`*_[\]])/g, '\\$1')
    .replaceAll('\n', '\n> ')
}

function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)))
  return `${fence}\n${text}\n${fence}`
}

function write(file: string, markdown: string): void {
  try {
    appendFileSync(file, markdown)
  } catch {
    // A summary that cannot be written must not fail a deployment.
  }
}
