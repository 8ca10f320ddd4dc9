import { relative } from 'node:path'
import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import { type Book, Failed, Refused } from '../core'
import { refuseShutDown, whatRuns } from '../deployment/before'
import { agree, applyChanges } from '../deployment/infrastructure'
import { root } from '../paths'
import { openEnvironment } from '../terraform/environment'
import { headline, type PlanJson, summarise } from '../terraform/plan'
import type { Terraform } from '../terraform/terraform'
import { verify } from '../verify'
import { asIf } from './as-if'
import { setCount } from './count'
import { rollOut } from './roll-out'
import { settle } from './settle'
import { type Edit, editOf, type Wanted, writeText } from './values'

export interface Intention {
  account: string
  /** In a sentence, for whoever is asked. */
  what: string
  wanted: Wanted
  /** What the file is known to be, and what it is to become then, to the letter. */
  text?: { before: string; after: string } | undefined
  /** Addresses, without index, that may be replaced: who agrees to the change agrees to that. */
  replaces: readonly string[]
  /** What a plan costs, told before it is agreed to. */
  tellCost: (plan: PlanJson) => void
  /** Done once it is agreed to and before anything is changed. */
  agreed: (edit: Edit) => Promise<void>
  /** What to type where it did not end well. */
  undo: string
}

/** Writes values, plans, shows, asks, applies, rolls out, verifies. A plan that is not applied leaves no trace. */
export async function changeValues(book: Book, aws: Aws, stack: Stack, intention: Intention) {
  const { account, what, wanted, undo } = intention
  await book.lock()
  const before = await book.read('What runs now', () => whatRuns(aws, stack))
  refuseShutDown(stack, before)
  const terraform = await book.read('Environment', () => openEnvironment(book, aws, account))
  const edit = await book.read('Values', async () => {
    const found = await editOf(book.environment, wanted, intention.text)
    await refuseMisread(terraform, found.file)
    return found
  })
  let applying = false
  book.cleanup(async () => {
    if (!applying && !book.dryRun) await writeText(edit.file, edit.before)
  })
  await book.change({
    title: 'Write the values',
    effect: edit.spelled
      .map(({ name, before: was, after }) => `${name}: ${was ?? 'default'} → ${after ?? 'default'}`)
      .join(', '),
    equivalent: `$EDITOR ${nameOf(edit.file)}`,
    undo,
    already: async () => (edit.before === edit.after ? { why: `${nameOf(edit.file)} says so` } : false),
    run: () => writeText(edit.file, edit.after),
  })
  const { file, plan } = await book.read('Plan', async (step) =>
    terraform.plan(
      stack.environment,
      step,
      book.dryRun
        ? await asIf(stack.environment, wanted, () => terraform.defaults(stack.environment, step))
        : [],
    ),
  )
  const summary = await agree(book, plan, ownChanges(plan, intention), intention.tellCost)
  showChanges(book, plan)
  await book.confirm({
    effect: `${what}: ${headline(summary)}`,
    why: book.environment === 'production' ? 'production' : 'fix',
  })
  if (!book.dryRun) await intention.agreed(edit)
  applying = true
  await applyChanges(book, aws, {
    terraform,
    file,
    summary,
    account,
    before: before?.standing.commit ?? null,
  })
  await setCount(book, aws, stack, wanted, before?.service)
  const deployment = await rollOut(book, aws, stack, { account, before })
  const changes = changesOf(plan)
  const data = { values: edit.spelled, changes, deployment, applied: !book.dryRun }
  if (book.dryRun) return data
  await settle(book, aws, stack)
  const verified = await book.call(verify)
  if (!verified.ok) {
    throw new Failed(`${what}: applied, and not well: ${verified.error?.message}`, { data, next: undo })
  }
  return data
}

const nameOf = (file: string) => relative(root, file)

/** A file that Terraform cannot read is its owner's to mend: to write into it might take a line away. */
async function refuseMisread(terraform: Terraform, file: string): Promise<void> {
  const wrong = await terraform.misread(file)
  if (wrong) throw new Refused(`Read ${nameOf(file)}: ${wrong}`, { next: `edit ${nameOf(file)}` })
}

function ownChanges(plan: PlanJson, { replaces }: Intention): string[] {
  return summarise(plan)
    .destructive.map(({ address }) => address)
    .filter((address) => replaces.includes(address) || replaces.includes(address.replace(/\[.*$/, '')))
}

const changesOf = (plan: PlanJson) =>
  (plan.resource_changes ?? [])
    .filter(({ mode, change }) => mode === 'managed' && !['no-op', 'read'].includes(change.actions[0] ?? ''))
    .map(({ address, change }) => ({ address, action: change.actions.join(' and ') }))

function showChanges(book: Book, plan: PlanJson): void {
  const rows = changesOf(plan)
  if (rows.length > 0) book.table(rows)
}
