import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Aws } from './aws'
import { isCustom, type Recorded, type Sink } from './events'
import { home } from './home'

/** Passing moments; everything else of a run is worth keeping. */
const passing = new Set(['step.waiting', 'step.line', 'trace', 'summary', 'table'])

export interface Journal extends Sink {
  /** Where it is kept from now on: the state bucket if there is one. */
  keep(aws: Aws): Promise<void>
}

/** Written line by line as things happen, so that a kill -9 leaves what was done. */
export function createJournal(runbook: string, _settings: { environment: string }): Journal {
  const folder = join(home(), 'journal')
  const file = join(folder, `${freeTime(folder, runbook)}-${runbook}.jsonl`)
  return {
    take(event: Recorded) {
      if (!isCustom(event) && passing.has(event.type)) return
      mkdirSync(folder, { recursive: true })
      appendFileSync(file, `${JSON.stringify(event)}\n`)
    },
    async keep() {},
  }
}

function freeTime(folder: string, runbook: string): string {
  for (let ms = Date.now(); ; ms++) {
    const time = new Date(ms).toISOString().replaceAll(':', '-')
    if (!existsSync(join(folder, `${time}-${runbook}.jsonl`))) return time
  }
}
