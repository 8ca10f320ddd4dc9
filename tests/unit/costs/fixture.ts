import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseShown } from '../../../runbooks/costs/plan.ts'

const folder = join(import.meta.dir, 'fixtures')

/** The recorded plans of terraform/aws, each of them before anything stands. */
export const fixtures: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.plan'))
  .map((name) => name.replace('.plan', ''))

export const fixture = (name: string): object =>
  parseShown(readFileSync(join(folder, `${name}.plan`), 'utf8'))
