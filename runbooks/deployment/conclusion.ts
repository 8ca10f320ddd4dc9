import type { Deployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { addTag } from '../aws/images'
import { markRevision } from '../aws/revisions'
import { findService, startDeployment } from '../aws/service'
import type { Stack } from '../aws/stack'
import { type Book, Failed, Interrupted } from '../core'
import { explain } from '../core/explain/explain'
import type { Before, Standing } from './before'
import { follow, type Outcome } from './follow'
import { shutDown } from './progress'
import { breakerFlag, moveCommand, nameOf } from './release'

/** The result's data of a deploy or a rollback. */
export type Moved = {
  from: Standing | null
  to: Standing
  deployment: string | null
  /** Whether that deployment was taken back: a rollback that came to serve was not. */
  rolledBack: boolean
  cause: string | null
}

/** The time as the runbooks write it, for a command that is typed. */
export const shellNow = '$(date -u +%Y-%m-%dT%H:%M:%SZ)'

/** Marks the revision as one that served and was verified: a later rollback on any machine goes by these marks. */
export async function markVerified(
  book: Book,
  aws: Aws,
  stack: Stack,
  to: Standing,
  { digest, before }: { digest?: string | undefined; before?: Date | undefined } = {},
): Promise<void> {
  const tag = `deployed-${to.taskDefinition.split(':').at(-1)}`
  const resource = `--resource-arn ${to.taskDefinition} --region ${book.region}`
  const repository = `--repository-name ${stack.repository} --region ${book.region}`
  await book.change({
    title: 'Mark the revision as verified',
    effect: `${nameOf(to.taskDefinition)} may be rolled back to, and its image ${tag} is kept`,
    equivalent: [
      `aws ecs tag-resource ${resource} --tags key=tria:verified,value=${shellNow}`,
      ...(digest
        ? [
            `aws ecr put-image ${repository} --image-tag ${tag} --image-manifest "$(aws ecr batch-get-image ${repository} --image-ids imageDigest=${digest} --query 'images[0].imageManifest' --output text)"`,
          ]
        : []),
    ],
    // Its tag stays in the registry: to take away an image's last tag deletes the image.
    undo: before
      ? `aws ecs tag-resource ${resource} --tags key=tria:verified,value=${before.toISOString()}`
      : `aws ecs untag-resource ${resource} --tag-keys tria:verified`,
    run: async () => {
      await markRevision(aws, to.taskDefinition, { verified: new Date().toISOString() })
      if (digest) await addTag(aws, stack, digest, tag)
    },
  })
}

/** The rollout goes on in ECS, and nobody follows it any more: credentials that expired, a network that went away. */
export function lostSight(stack: Stack, moved: Moved, error: unknown): never {
  if (error instanceof Interrupted) throw error
  const { sentence, next } = explain(error) ?? { sentence: (error as Error).message }
  const again = `bun runbooks/deploy.ts --environment ${stack.environment}`
  const what = `Follow ${nameOf(moved.to.taskDefinition)}: ${sentence}`
  throw new Failed(`${what}. ECS brings the rollout to its end, or takes it back, by itself`, {
    data: { ...moved, cause: sentence } satisfies Moved,
    next: next ? `${next}; then, to go on from here: ${again}` : again,
    cause: error,
  })
}

/** What went wrong in a rollout, with the evidence, before anything is put back. */
export function describeFailure(book: Book, outcome: Outcome, verifyError: string | undefined): string {
  if (outcome.ended === 'shut down') return shutDown
  if (outcome.ended === 'successful') return verifyError ?? 'verification failed'
  if (outcome.cause) {
    book.warn(outcome.cause.sentence)
    for (const line of outcome.cause.evidence) book.note(line)
  }
  if (outcome.ended === 'superseded') return outcome.text
  const said = outcome.cause?.sentence ?? outcome.reason ?? outcome.text
  // It becomes a part of a sentence.
  return said.replace(/\.$/, '')
}

/**
 * Ends a rollout that did not come to serve: what ECS has not put back is put back, unless it is to be left
 * for inspection, and the error says what stands and what to type.
 */
export async function recover(
  book: Book,
  aws: Aws,
  stack: Stack,
  failure: {
    before: Before
    to: Standing
    deployment: Deployment
    outcome: Outcome
    cause: string
    keep: boolean
    timeout: number
  },
): Promise<Failed> {
  const { before, to, deployment, outcome, cause, keep } = failure
  const data = (rolledBack: boolean): Moved => ({
    from: before?.standing ?? null,
    to,
    deployment: deployment.id ?? null,
    rolledBack,
    cause,
  })
  const what = `Deploy ${nameOf(to.taskDefinition)}: ${cause}`
  // A shutdown wins over a deploy, also one that comes while it verifies: nothing is moved, and nothing brought back.
  if ((await findService(aws, stack))?.desiredCount === 0) {
    const why = outcome.ended === 'shut down' ? what : `${what}; ${shutDown}`
    return new Failed(why, {
      data: data(false),
      next: `bun runbooks/emergency-restore.ts --environment ${stack.environment}`,
    })
  }
  if (outcome.ended === 'superseded') {
    return new Failed(`${what}. A newer deployment has taken over`, {
      data: data(false),
      next: `bun runbooks/verify.ts --environment ${stack.environment}`,
    })
  }
  if (outcome.ended === 'rolled back') {
    return new Failed(`${what}. ECS has returned the service to the old revision, which goes on serving`, {
      data: data(true),
      next: `aws logs tail ${stack.logGroup} --since 30m --region ${book.region}`,
    })
  }
  const old = before?.standing.taskDefinition
  const finish = `${moveCommand(book, stack, old ?? to.taskDefinition)}${keep ? breakerFlag(true) : ''}`
  if (keep || !old || old === to.taskDefinition) {
    const why = keep ? 'It is left as it is (--no-rollback)' : 'There is no earlier revision to return to'
    return new Failed(`${what}. ${why}`, {
      data: data(false),
      next: old ? finish : `bun runbooks/deploy.ts --environment ${stack.environment}`,
    })
  }
  const back = await goBack(book, aws, stack, old, failure.timeout)
  if (back.ended === 'successful') {
    return new Failed(`${what}. The service is back on ${nameOf(old)}`, {
      data: data(true),
      next: `bun runbooks/verify.ts --environment ${stack.environment}`,
    })
  }
  return new Failed(`${what}. Going back to ${nameOf(old)} did not end well either: ${back.text}`, {
    data: data(false),
    next: finish,
  })
}

async function goBack(
  book: Book,
  aws: Aws,
  stack: Stack,
  old: string,
  timeoutMinutes: number,
): Promise<Outcome> {
  const outcome = await book.change({
    title: 'Return to the last good revision',
    effect: `${stack.service} moves back to ${nameOf(old)}`,
    equivalent: moveCommand(book, stack, old),
    undo: `bun runbooks/deploy.ts --environment ${stack.environment}`,
    run: async (step) => follow(aws, stack, await startDeployment(aws, stack, old), step, { timeoutMinutes }),
  })
  return outcome ?? { ended: 'failed', text: 'not tried in a dry run' }
}
