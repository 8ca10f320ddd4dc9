import { setTimeout as pause } from 'node:timers/promises'
import type { Aws } from '../aws/clients'
import { findDatabase } from '../aws/database'
import { repositoryUrl } from '../aws/images'
import { type Stack, stackOf, stateBucket } from '../aws/stack'
import { type Book, Failed, Refused } from '../core'
import { CostError, changeTable, compare, dollars, signed } from '../costs'
import { headline, type PlanJson, type PlanSummary, summarise } from '../terraform/plan'
import { writeLastRun } from '../terraform/state'
import type { Terraform } from '../terraform/terraform'

/** Shows what a plan does and costs, and asks: in general, and by name for each resource that would be lost. */
export async function agree(
  book: Book,
  plan: PlanJson,
  allowed: string[],
  tellCost: (plan: PlanJson) => void = (each) => showCost(book, each),
): Promise<PlanSummary> {
  const summary = summarise(plan)
  if (summary.empty) {
    book.note('Infrastructure: no changes')
    return summary
  }
  book.note(`Infrastructure: ${headline(summary)}`)
  tellCost(plan)
  for (const { address, action, reason } of summary.destructive) {
    book.warn(`${action === 'delete' ? 'Deletes' : 'Replaces'} ${address}${reason ? ` (${reason})` : ''}`)
  }
  const unnamed = summary.destructive
    .map(({ address }) => address)
    .filter((address) => !allowed.includes(address))
  if (unnamed.length > 0) await askByName(book, unnamed)
  return summary
}

type Planned = { file: string; plan: PlanJson }

/**
 * Both at once, to save the time; but where production has to be agreed to, nothing begins, and nobody is asked, before
 * the plan and its cost are seen. Without a change of infrastructure each change asks for itself, if there is any.
 */
export async function planAndBuild(
  book: Book,
  options: {
    planning: () => Promise<Planned>
    building: () => Promise<void>
    /** What the plan shows to be mended first; returns the plan after that. */
    takingUp: (planned: Planned) => Promise<Planned>
    allowed: string[]
    tag: string
  },
): Promise<Planned & { summary: PlanSummary }> {
  const { planning, building, takingUp, allowed, tag } = options
  const asks = book.environment === 'production' && !book.yes && !book.dryRun
  const [planned] = await Promise.all([planning(), asks ? undefined : building()])
  const { file, plan } = await takingUp(planned)
  const summary = await agree(book, plan, allowed)
  if (asks && !summary.empty) {
    const effect = `${headline(summary)}, then ${tag} is rolled out`
    await book.confirm({ effect, why: 'production' })
  }
  if (asks) await building()
  return { file, plan, summary }
}

async function askByName(book: Book, addresses: string[]): Promise<void> {
  if (book.dryRun) return
  if (book.yes || !book.interactive) {
    throw new Refused(
      `Apply: it would delete or replace ${addresses.join(', ')}, and --yes does not cover that`,
      {
        next: `read the plan, then add ${addresses.map((address) => `--allow-destroy '${address}'`).join(' ')}`,
      },
    )
  }
  for (const address of addresses) {
    await book.confirm({
      effect: `${address} is deleted, with what it holds`,
      typed: address,
      why: 'destructive',
    })
  }
}

function showCost(book: Book, plan: PlanJson): void {
  try {
    const comparison = compare(plan)
    const { before, after, difference, notPriced } = comparison
    book.note(
      `Monthly cost: about ${dollars(before.monthly)} now, ${dollars(after.monthly)} after (${signed(difference)}), used as the profile small`,
    )
    if (notPriced.length > 0)
      book.warn(
        `Without a price, and not in that sum: ${notPriced.map(({ resource }) => resource).join(', ')}`,
      )
    if (book.verbose) book.table(changeTable(comparison))
  } catch (error) {
    // A plan that cannot be priced can still be applied; the reader is told that the sum is missing.
    if (!(error instanceof CostError)) throw error
    book.warn(`The cost could not be estimated: ${error.message}`)
  }
}

/**
 * Waits until Terraform has made the repository and is busy with the database, which takes longest: a push then
 * costs no time of its own. Ends early when Terraform does.
 */
export async function untilRepository(
  aws: Aws,
  stack: Stack,
  options: { signal: AbortSignal; terraform: Promise<unknown>; say: (text: string) => void },
): Promise<string> {
  let over = false
  const ended = () => {
    over = true
  }
  options.terraform.then(ended, ended)
  for (;;) {
    const last = over
    const [url, database] = await Promise.all([repositoryUrl(aws, stack), findDatabase(aws, stack)])
    if (url && (database || last)) return url
    if (last)
      throw new Failed(`Push the image: Terraform ended without making the repository ${stack.repository}`)
    options.say('Terraform makes the repository and begins with the database')
    await pause(1_000, undefined, { signal: options.signal })
  }
}

/** Applies an agreed plan, and remembers which state it left. `before` is the commit whose configuration stood. */
export async function applyChanges(
  book: Book,
  aws: Aws,
  options: {
    terraform: Terraform
    file: string
    summary: PlanSummary
    account: string
    before: string | null
  },
): Promise<void> {
  const { terraform, file, summary, account, before } = options
  await book.change({
    title: 'Apply the plan',
    effect: headline(summary),
    equivalent: `${terraform.typed} apply ${file}`,
    undo: before
      ? `bun runbooks/rollback.ts --infrastructure --to-commit ${before} --environment ${book.environment}`
      : 'git log --oneline -- terraform/aws   # then: bun runbooks/rollback.ts --infrastructure --to-commit SHA',
    already: async () => (summary.empty ? { why: 'no changes' } : false),
    run: (step) => terraform.apply({ file }, step),
  })
  if (!summary.empty) await rememberState(book, aws, account)
}

/** The state's serial after this run; a later run refuses an older one. */
export async function rememberState(book: Book, aws: Aws, account: string): Promise<void> {
  if (book.dryRun) return
  await writeLastRun(aws, stateBucket(account, book.region), stackOf(book.environment), book.id)
}
