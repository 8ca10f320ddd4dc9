import { readFile } from 'node:fs/promises'
import type { Aws } from '../aws/clients'
import { findService } from '../aws/service'
import { type Stack, stateBucket } from '../aws/stack'
import { type Book, Usage } from '../core'
import { CostError, parseShown } from '../costs'
import { sinceOf } from '../costs/recommend/since'
import type { Use } from '../costs/recommend/use'
import { type EstimateOptions, planned, prior, type Situation, standing } from '../costs/situation'
import { openEnvironment } from '../terraform/environment'
import { tfvarsOf } from '../terraform/folder'
import { shown } from '../terraform/shown'
import { readState } from '../terraform/state'
import { scan } from '../terraform/values/scan'
import { withCount } from './count-now'
import { lookAtUse } from './look/use'
import { recall } from './memory'

/** What is priced, and what it was seen to use where it stands. */
export interface Source {
  situation: Situation
  use: Use | undefined
  production: boolean
  /** `task_public_ip = false`, which no state tells. */
  privateTasks: boolean
  /** What a plan would change, where something stands already. */
  before?: Situation
}

/**
 * A plan that somebody made, or a state, priced as it is; it belongs to no environment that could be looked at. One that
 * does not tell its region has the one that is given, which is asked for only then.
 */
export async function fromPlan(
  file: string,
  options: EstimateOptions,
  given: { readonly environment: string; readonly region: string },
): Promise<Source> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Usage(`--plan ${file}: it cannot be read (${error.code})`)
  })
  try {
    const shown = parseShown(text)
    const state = isState(shown)
    const situation = state ? standing(shown, options) : planned(shown, options)
    const known = situation.region ? options : { ...options, region: given.region }
    const now = situation.region ? situation : state ? standing(shown, known) : planned(shown, known)
    const { variables = {} } = shown as { variables?: Record<string, { value?: unknown }> }
    const environment = variables.environment?.value ?? taggedEnvironment(now) ?? given.environment
    const before = state ? undefined : prior(shown, known)
    return {
      situation: now,
      ...(before && before.resources.length > 0 && { before }),
      use: undefined,
      production: environment === 'production',
      privateTasks: variables.task_public_ip?.value === false,
    }
  } catch (error) {
    if (error instanceof CostError) throw new Usage(`--plan ${file}: ${error.message}`)
    throw error
  }
}

/** What `terraform show -json` prints without a plan; of nothing at all it is not known what it is. */
const isState = (shown: object) =>
  !('planned_values' in shown) &&
  'values' in shown &&
  (shown.values as { root_module?: unknown }).root_module !== undefined

/** Where a state is of, as everything in it is tagged. */
const taggedEnvironment = ({ resources }: Situation): string | undefined =>
  resources.flatMap(({ values }) => {
    const tags = values.tags_all as { Environment?: unknown } | undefined
    return typeof tags?.Environment === 'string' ? [tags.Environment] : []
  })[0]

/** What stands, with what it used; where nothing stands yet, what a deploy would make. */
export async function fromEnvironment(
  book: Book,
  aws: Aws,
  stack: Stack,
  { days, ...options }: EstimateOptions & { days: number },
): Promise<Source> {
  const production = book.environment === 'production'
  const privateTasks = await isPrivate(book.environment)
  const { account } = await book.read('Credentials', () => book.identity())
  const state = await book.read('State', () => readState(aws, stateBucket(account, book.region), stack))
  const known = { region: book.region, ...options }
  if (!state || state.resources.length === 0) {
    book.note(`Nothing of ${stack.environment} stands yet: this is what a deploy would make`)
    const terraform = await book.read('Environment', () => openEnvironment(book, aws, account))
    const { plan } = await book.read('Plan', (step) => terraform.plan(`${stack.environment}-costs`, step))
    return { situation: planned(plan, known), use: undefined, production, privateTasks }
  }
  return book.read('What it used', async (step) => {
    const desired = (await findService(aws, stack))?.desiredCount
    if (desired === 0) book.note('No task is wanted now: the fewest that autoscaling keeps are priced')
    const counted = withCount(shown(state), desired)
    const { resources } = standing(counted, known)
    const applied = await recall(await book.state(), stack.environment)
    const since = sinceOf(applied.map(({ at, after }) => ({ at, names: Object.keys(after) })))
    const use = await lookAtUse({ ...place(book, aws, stack), now: new Date() }, resources, { days, since })
    step.line(`${use.hours} hours of the last ${days} days`)
    return { situation: standing(counted, withMeasured(known, use)), use, production, privateTasks }
  })
}

/** What the values say; a file that cannot be read is told of where it is to be written. */
async function isPrivate(environment: string): Promise<boolean> {
  const text = await readFile(tfvarsOf(environment), 'utf8').catch(() => '')
  const values = scan(text)
  if (typeof values === 'string') return false
  const place = values.find(({ name }) => name === 'task_public_ip')
  return place !== undefined && text.slice(place.start, place.end) === 'false'
}

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
