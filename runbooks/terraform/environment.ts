import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Aws } from '../aws/clients'
import { findDatabase } from '../aws/database'
import { findLoadBalancer } from '../aws/loadbalancer'
import { inputSecret } from '../aws/secrets'
import { findService } from '../aws/service'
import { type Stack, stackOf, stateBucket } from '../aws/stack'
import { type Book, Refused } from '../core'
import { terraformAws } from '../paths'
import { adoptHandWritten, needsInit, selectEnvironment, tfvarsOf } from './folder'
import { inputsProblem, type Problem, problemsOf } from './guards'
import { environmentNames, unknownName } from './names'
import { keepSelection } from './selection'
import { readLastRun, readState } from './state'
import { Terraform } from './terraform'
import { assignedIn } from './tfvars'

/** The environment's Terraform folder, looked over and initialised: what is returned may be planned. */
export async function openEnvironment(
  book: Book,
  aws: Aws,
  account: string,
  to: { destroy?: boolean } = {},
): Promise<Terraform> {
  await adoptHandWritten(book.environment)
  if (book.dryRun) await putBackAfterwards(book)
  return openFolder(book, aws, account, terraformAws, to)
}

/** A dry run changes nothing: also not which environment a `terraform apply` by hand would mean. */
async function putBackAfterwards(book: Book): Promise<void> {
  const putBack = await keepSelection(terraformAws)
  book.cleanup(async () => {
    const selected = await putBack()
    if (selected)
      book.note(
        `terraform/aws is that of ${selected} again: a line for terraform above means ${book.environment} only while a runbook has selected it`,
      )
  })
}

/** The same for another folder: the configuration of an earlier commit, on today's state. */
export async function openFolder(
  book: Book,
  aws: Aws,
  account: string,
  folder: string,
  { destroy = false }: { destroy?: boolean } = {},
): Promise<Terraform> {
  const stack = stackOf(book.environment)
  await refuseUnknown(book, stack, folder)
  await refuseBeforeSetup(book, account)
  const secret = await inputSecret(aws, stack)
  // Deleted it may be where all the rest goes too.
  refuse(destroy ? [] : inputsProblem(stack, secret, book.region))
  const where = {
    account,
    region: book.region,
    secretsArn: secret?.scheduledForDeletion ? undefined : secret?.arn,
  }
  const changed = await selectEnvironment(stack.environment, where, folder)
  await refuseProblems(aws, stack, account, book.region)
  const terraform = new Terraform(book, folder)
  if (changed || needsInit(folder)) await terraform.init(['-reconfigure'])
  return terraform
}

async function refuseUnknown(book: Book, { environment }: Stack, folder: string): Promise<void> {
  const file = tfvarsOf(environment, folder)
  const setup = `bun runbooks/setup.ts --environment ${environment}`
  if (!existsSync(file)) {
    const { words = `${file} is missing`, meant } = unknownName(environment, environmentNames(folder)) ?? {}
    throw new Refused(`Open ${environment}: ${words}`, {
      next: meant ? `say --environment ${meant}   # or, for a new one: ${setup}` : setup,
    })
  }
  const text = await readFile(file, 'utf8')
  const region = assignedIn(text, 'aws_region')
  if (region && region !== book.region) {
    throw new Refused(`Open ${environment}: it is in ${region}, not in ${book.region}`, {
      next: `add --region ${region}`,
    })
  }
  const named = assignedIn(text, 'environment')
  if (named && named !== environment) {
    throw new Refused(`Open ${environment}: ${file} says environment = "${named}"`, { next: `edit ${file}` })
  }
}

/** Terraform itself would say that a bucket does not exist, and to wait for a minute or two. */
async function refuseBeforeSetup(book: Book, account: string): Promise<void> {
  const { shared } = await book.state()
  if (shared) return
  throw new Refused(
    `Open ${book.environment}: there is no state bucket ${stateBucket(account, book.region)} in account ${account} and ${book.region} yet; setup makes it`,
    { next: `bun runbooks/setup.ts --environment ${book.environment} --region ${book.region}` },
  )
}

async function refuseProblems(aws: Aws, stack: Stack, account: string, region: string): Promise<void> {
  const bucket = stateBucket(account, region)
  const [state, lastRun] = await Promise.all([readState(aws, bucket, stack), readLastRun(aws, bucket, stack)])
  const known = state !== undefined && state.resources.length > 0
  const exists = known ? [] : await whatExists(aws, stack)
  refuse(problemsOf({ environment: stack.environment, account, state, lastRun, exists }))
}

function refuse([problem, ...more]: Problem[]): void {
  if (!problem) return
  const sentences = [problem, ...more].map(({ sentence }) => sentence).join('\n')
  throw new Refused(sentences, { next: problem.next })
}

async function whatExists(aws: Aws, stack: Stack): Promise<string[]> {
  const [service, balancer, database] = await Promise.all([
    findService(aws, stack),
    findLoadBalancer(aws, stack),
    findDatabase(aws, stack),
  ])
  return [service && stack.service, balancer && stack.loadBalancer, database && stack.database].filter(
    (name) => name !== undefined,
  )
}
