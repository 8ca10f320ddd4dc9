import { duration, listRuns, type Objects, type RunRecord } from '../core'

export interface Wanted {
  limit: number
  environment: string | undefined
  runbook: string | undefined
}

/** The newest runs; looking at the history is not part of it, unless it is asked for. */
export async function runsOf(
  stores: Objects[],
  { limit, environment, runbook }: Wanted,
): Promise<RunRecord[]> {
  for (let reach = limit + 10; ; reach *= 2) {
    const found = await listRuns(stores, { limit: reach, environment, runbook })
    const runs = runbook ? found : found.filter((run) => run.runbook !== 'history')
    if (runs.length >= limit || found.length < reach) return runs.slice(0, limit)
  }
}

/** For a screen of 80 columns; the time is enough of a name to show or undo the run. */
export const rowOf = (run: RunRecord, everywhere: boolean) => ({
  run: run.name.slice(0, '2026-11-23T08-20-04'.length),
  runbook: run.runbook,
  ...(everywhere && { environment: run.environment }),
  outcome: outcomeOf(run),
  ...(!everywhere && { took: run.ms === undefined ? '' : duration(run.ms) }),
  who: shortWho(run.who),
})

function outcomeOf({ outcome, dryRun }: RunRecord): string {
  if (!dryRun) return outcome
  return outcome === 'done' ? 'dry run' : `${outcome} (dry run)`
}

/** `arn:aws:sts::123456789012:assumed-role/deploy/ada (ada@laptop)` is `deploy/ada (ada@laptop)` to a reader. */
const shortWho = (who: string) => who.replace(/^arn:[^ ]*?:(?:user|assumed-role|root)\/?/, '').trim()
