import { readFile } from 'node:fs/promises'
import type { Aws } from '../aws/clients'
import { type Stack, stateBucket } from '../aws/stack'
import { type Book, Usage } from '../core'
import { CostError, parseShown } from '../costs'
import type { Use } from '../costs/recommend/use'
import { type EstimateOptions, planned, type Situation, standing } from '../costs/situation'
import { openEnvironment } from '../terraform/environment'
import { shown } from '../terraform/shown'
import { readState, type State } from '../terraform/state'
import { lookAtUse } from './look/use'

/** What is priced, and what it was seen to use where it stands. */
export interface Source {
  situation: Situation
  use: Use | undefined
  production: boolean
}

/** A plan that somebody made, priced as it is; it belongs to no environment that could be looked at. */
export async function fromPlan(file: string, options: EstimateOptions, environment: string): Promise<Source> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Usage(`--plan ${file}: it cannot be read (${error.code})`)
  })
  try {
    const plan = parseShown(text)
    const said = (plan as { variables?: { environment?: { value?: unknown } } }).variables?.environment?.value
    return {
      situation: planned(plan, options),
      use: undefined,
      production: (said ?? environment) === 'production',
    }
  } catch (error) {
    if (error instanceof CostError) throw new Usage(`--plan ${file}: ${error.message}`)
    throw error
  }
}

/** What stands, with what it used; where nothing stands yet, what a deploy would make. */
export async function fromEnvironment(
  book: Book,
  aws: Aws,
  stack: Stack,
  { days, ...options }: EstimateOptions & { days: number },
): Promise<Source> {
  const production = book.environment === 'production'
  const { account } = await book.read('Credentials', () => book.identity())
  const state = await book.read('State', () => readState(aws, stateBucket(account, book.region), stack))
  const known = { region: book.region, ...options }
  if (!state || state.resources.length === 0) {
    book.note(`Nothing of ${stack.environment} stands yet: this is what a deploy would make`)
    const terraform = await book.read('Environment', () => openEnvironment(book, aws, account))
    const { plan } = await book.read('Plan', (step) => terraform.plan(`${stack.environment}-costs`, step))
    return { situation: planned(plan, known), use: undefined, production }
  }
  return book.read('What it used', async (step) => {
    const { resources } = standingOf(state, known)
    const use = await lookAtUse({ ...place(book, aws, stack), now: new Date() }, resources, days)
    step.line(`${use.hours} hours of the last ${days} days`)
    return { situation: standingOf(state, withMeasured(known, use)), use, production }
  })
}

const standingOf = (state: State, options: EstimateOptions) => standing(shown(state), options)

const place = (book: Book, aws: Aws, stack: Stack) => ({
  aws,
  stack,
  region: book.region,
  bucket: async () => stateBucket((await book.identity()).account, book.region),
})

/** What somebody says of use wins over what was measured: it may be what is to come. */
function withMeasured(options: EstimateOptions, use: Use): EstimateOptions {
  return { ...options, measured: { ...use.measured, ...options.measured } }
}
