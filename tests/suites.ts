import { browser } from './suites/browser'
import { bunTest } from './suites/bun'
import { command } from './suites/command'
import type { Result } from './suites/result'
import { terraform } from './suites/terraform'

export type { Result }

/** In the order in which a mistake is cheapest to find. */
export const suites: { name: string; run: () => Promise<Result> }[] = [
  { name: 'types', run: () => command(['tsc', '--noEmit']) },
  { name: 'lint', run: () => command(['biome', 'check', '.']) },
  { name: 'unused', run: () => command(['knip']) },
  { name: 'unit', run: () => bunTest('unit') },
  { name: 'terraform', run: terraform },
  { name: 'rehearsal', run: () => bunTest('rehearsal') },
  { name: 'browser', run: browser },
]
