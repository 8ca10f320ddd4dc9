import { join } from 'node:path'

/** The clone's folder of runs: journals and locks while there is no state bucket, and what is under way. */
export function home(): string {
  return process.env.TRIA_RUNBOOKS_DIR || join(import.meta.dir, '..', '..', '.runbooks')
}
