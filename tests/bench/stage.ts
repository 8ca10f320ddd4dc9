import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { down } from '../../rehearsal/down'
import { surroundings } from '../../rehearsal/env'
import { up } from '../../rehearsal/up'
import type { Ran } from '../../runbooks/rehearsal/stage/runs'
import { Stage } from '../../runbooks/rehearsal/stage/stage'

/** A rehearsal of its own with the environment deployed in it, for figures; it goes with this process. */
export async function withStage(measure: (stage: Stage) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tria-bench-'))
  process.env.TRIA_REHEARSAL_DIR = dir
  try {
    await up({ dir, mine: true })
    const stage = await Stage.open('staging', surroundings(dir))
    mustEnd(await stage.run(['setup']))
    mustEnd(await stage.run(['deploy']))
    await stage.find()
    await measure(stage)
    await stage.strike()
  } finally {
    await down({ dir })
    await rm(dir, { recursive: true, force: true })
  }
}

/** A run that must have come to a good end. */
export function mustEnd(ran: Ran): Ran {
  if (ran.exitCode === 0) return ran
  throw new Error(
    `It ended with ${ran.exitCode}: ${ran.error} ${JSON.stringify(ran.events.slice(-12), null, 1)}`,
  )
}
