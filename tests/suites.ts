import { availableParallelism } from 'node:os'
import { browser } from './suites/browser'
import { bunTest } from './suites/bun'
import { command } from './suites/command'
import type { Result } from './suites/result'
import { terraform } from './suites/terraform'

const cpus = availableParallelism()

export type { Result }

/** In the order in which a mistake is cheapest to find. */
export const suites: { name: string; run: () => Promise<Result> }[] = [
  { name: 'types', run: () => command(['tsc', '--noEmit']) },
  { name: 'lint', run: () => command(['biome', 'check', '.']) },
  { name: 'unused', run: () => command(['knip']) },
  { name: 'unit', run: () => bunTest('unit', { parallel: cpus + 1 }) },
  { name: 'terraform', run: terraform },
  // Each file has a rehearsal of its own, and waits more than it works.
  { name: 'rehearsal', run: () => bunTest('rehearsal', { parallel: cpus + 2 }) },
  { name: 'browser', run: browser },
]
