import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseShown } from '../../../runbooks/costs/index.ts'

const folder = join(import.meta.dir, 'fixtures')

/** The recorded plans of terraform/aws that make everything, as nothing stands yet. */
export const fixtures: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.plan') && !name.startsWith('change-'))
  .map((name) => name.replace('.plan', ''))

/** Those, and the ones that change what an apply of `staging` made: `change-savings`, `change-destroy`. */
export const fixture = (name: string): object =>
  parseShown(readFileSync(join(folder, `${name}.plan`), 'utf8'))
