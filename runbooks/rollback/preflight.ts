import type { TaskDefinition } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { secretProblem } from '../aws/secrets'
import { container } from '../aws/stack'
import { type Book, Refused, type Step } from '../core'
import { nameOf } from '../deployment/release'
import type { Past } from './past'

/** Refuses a target that could not start: what is wrong is better known before the service is moved. */
export async function preflight(
  book: Book,
  aws: Aws,
  target: { past: Past; definition: TaskDefinition },
  step: Step,
): Promise<void> {
  const { past, definition } = target
  const problems: string[] = []
  if (!past.active) problems.push('the revision is deregistered (INACTIVE)')
  else step.line('ACTIVE')
  if (past.imageThere === false) problems.push(`its image is gone from the registry: ${past.image}`)
  else if (past.imageThere === undefined) book.warn(`Not looked at, another registry: ${past.image}`)
  else step.line(`image ${past.digest?.slice(0, 19)} is in the registry`)
  const secrets = secretsOf(definition)
  const found = await Promise.all(secrets.map((secret) => problemOf(aws, secret)))
  problems.push(...found.flatMap(({ problem }) => problem ?? []))
  for (const { unknown } of found) if (unknown) book.warn(unknown)
  const readable = found.filter(({ problem, unknown }) => !problem && !unknown).length
  if (secrets.length > 0) step.line(`${readable} of ${secrets.length} secrets can be read`)
  if (problems.length === 0) return
  throw new Refused(`Roll back to ${nameOf(past.arn)}: it could not start: ${problems.join('; ')}`, {
    next: `bun runbooks/rollback.ts --list --environment ${book.environment}`,
  })
}

type Reference = { name: string; from: string }

const secretsOf = ({ containerDefinitions = [] }: TaskDefinition): Reference[] =>
  (containerDefinitions.find(({ name }) => name === container)?.secrets ?? []).map(({ name, valueFrom }) => ({
    name: name ?? '',
    from: valueFrom ?? '',
  }))

async function problemOf(
  aws: Aws,
  { name, from }: Reference,
): Promise<{ problem?: string; unknown?: string }> {
  if (!/^arn:[^:]+:secretsmanager:/.test(from)) return { unknown: `${name}: ${from} is not looked at` }
  try {
    const problem = await secretProblem(aws, from)
    return problem ? { problem: `the secret for ${name}: ${problem}` } : {}
  } catch (error) {
    // Whoever rolls back need not be allowed to read what the tasks read.
    if ((error as Error).name === 'AccessDeniedException') {
      return { unknown: `${name}: whether its secret can be read is not known (access denied)` }
    }
    throw error
  }
}
