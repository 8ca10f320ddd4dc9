import type { Deployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { findService } from '../aws/service'
import type { Stack } from '../aws/stack'
import { type Book, Failed, Refused } from '../core'
import { type Standing, standingOf } from '../deployment/before'
import { describeFailure, type Moved, markVerified, shellNow } from '../deployment/conclusion'
import { follow, type Outcome } from '../deployment/follow'
import { move, nameOf } from '../deployment/release'
import { verify } from '../verify'
import { choose } from './choice'
import type { Scene } from './look'
import { markGoing, markLeft } from './marks'
import { schemaFor } from './schema'
import { numberOf, schemaWords } from './show'
import type { Way } from './target'
import { again } from './words'

/** A schema that is ahead is the reader's to judge: old code on new tables may be fine, and may lose data. */
export function refuseSchema(book: Book, scene: Scene, { to, begun }: Way, accepted: boolean): void {
  const words = schemaWords(schemaFor(to, scene.pasts), to)
  if (!words) return
  if (accepted || begun || book.dryRun) {
    book.warn(words)
    return
  }
  throw new Refused(`Roll back to ${nameOf(to.arn)}: ${words}`, {
    next: `${again(book, '--to', String(numberOf(to.arn)))} --accept-schema   # once it is clear that its code can live with that`,
  })
}

/** Moves, follows that very deployment, verifies, and says on the revisions what became of them. */
export async function moveBack(
  book: Book,
  aws: Aws,
  stack: Stack,
  options: { scene: Scene; way: Way; timeoutMinutes: number },
): Promise<Moved> {
  const { scene, way, timeoutMinutes } = options
  const to = await standingOf(aws, way.to.arn)
  const from = way.from ? await standingOf(aws, way.from.arn) : null
  if (!way.begun && from && from.taskDefinition !== to.taskDefinition && !book.dryRun) {
    // Before anything moves: a killed run's successor must know a rollback from a deploy.
    await markGoing(aws, to.taskDefinition, {
      from: nameOf(from.taskDefinition),
      at: new Date(),
      run: book.id,
    })
  }
  const deployment = await move(book, aws, stack, {
    to: to.taskDefinition,
    from: from?.taskDefinition,
    force: false,
  })
  const moved: Moved = { from, to, deployment: deployment?.id ?? null, rolledBack: false, cause: null }
  if (deployment) await seeThrough(book, aws, stack, { scene, moved, deployment, timeoutMinutes })

  if (from && from.taskDefinition !== to.taskDefinition) await rememberLeft(book, aws, from, way.from?.left)
  await markVerified(book, aws, stack, to, { digest: way.to.digest, before: way.to.verified })
  if (!book.dryRun) tellWhatStands(book, stack, moved)
  return moved
}

function tellWhatStands(book: Book, stack: Stack, { from, to }: Moved): void {
  const at = to.commit ? ` of commit ${to.commit.slice(0, 12)}` : ''
  book.note(`${stack.service} serves ${nameOf(to.taskDefinition)}${at}, and is well`)
  const forward = from && numberOf(from.taskDefinition) < numberOf(to.taskDefinition)
  if (!from?.commit || from.commit === to.commit || forward) return
  book.note(
    `The next deploy brings its own commit: first mend what ${from.commit.slice(0, 12)} broke, or git revert it`,
  )
}

async function seeThrough(
  book: Book,
  aws: Aws,
  stack: Stack,
  going: { scene: Scene; moved: Moved; deployment: Deployment; timeoutMinutes: number },
): Promise<void> {
  const { scene, moved, deployment, timeoutMinutes } = going
  const outcome = await book.read('Follow the deployment', (step) =>
    follow(aws, stack, deployment, step, { timeoutMinutes }),
  )
  const verified = outcome.ended === 'successful' ? await book.call(verify) : undefined
  if (!verified?.ok)
    throw await failure(book, aws, stack, { scene, moved, outcome, verifyError: verified?.error?.message })
}

async function rememberLeft(book: Book, aws: Aws, from: Standing, before: Date | undefined): Promise<void> {
  const resource = `--resource-arn ${from.taskDefinition} --region ${book.region}`
  await book.change({
    title: 'Mark the revision that was left',
    effect: `a later rollback passes over ${nameOf(from.taskDefinition)}, unless it is verified again`,
    equivalent: `aws ecs tag-resource ${resource} --tags key=tria:left,value=${shellNow}`,
    undo: before
      ? `aws ecs tag-resource ${resource} --tags key=tria:left,value=${before.toISOString()}`
      : `aws ecs untag-resource ${resource} --tag-keys tria:left`,
    run: () => markLeft(aws, from.taskDefinition),
  })
}

/** A rollback that did not come to serve: what stands, why, and what to type. Nothing is moved once more. */
async function failure(
  book: Book,
  aws: Aws,
  stack: Stack,
  ended: { scene: Scene; moved: Moved; outcome: Outcome; verifyError: string | undefined },
): Promise<Failed> {
  const { scene, moved, outcome, verifyError } = ended
  const cause = describeFailure(book, outcome, verifyError)
  const what = `Roll back to ${nameOf(moved.to.taskDefinition)}: ${cause}`
  const data: Moved = { ...moved, rolledBack: outcome.ended === 'rolled back', cause }
  const service = await findService(aws, stack)
  if (service?.desiredCount === 0) {
    const next = `bun runbooks/emergency-restore.ts --environment ${stack.environment}`
    return new Failed(what, { data, next })
  }
  if (outcome.ended === 'superseded') {
    const next = `bun runbooks/verify.ts --environment ${stack.environment}`
    return new Failed(`${what}. A newer deployment has taken over, and stands`, { data, next })
  }
  const stands = service?.taskDefinition ? nameOf(service.taskDefinition) : 'no revision'
  // Further back than what has just been tried, and never forward to what was to be left.
  const others = scene.pasts.filter(({ arn }) => arn !== moved.from?.taskDefinition)
  const further = choose(others, moved.to.taskDefinition, scene.moves).target
  const next = further ? again(book, '--to', String(numberOf(further.arn))) : again(book, '--list')
  const how = {
    'rolled back': `ECS has returned the service to ${stands}, which goes on serving`,
    successful: `${stack.service} runs ${stands}, and is not well`,
    failed: `ECS stopped trying; ${stack.service} is set to ${stands}`,
    stopped: `It was stopped; ${stack.service} is set to ${stands}`,
    timeout: `It still goes on; ${stack.service} is set to ${stands}`,
    'shut down': '',
  }[outcome.ended]
  return new Failed(`${what}. ${how}`, { data, next: outcome.ended === 'timeout' ? again(book) : next })
}
