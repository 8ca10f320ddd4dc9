import { awsOf } from '../aws/clients'
import { returnedTo, stopDeployment } from '../aws/deployments'
import { stackOf } from '../aws/stack'
import { type Book, Failed, Refused, runbook } from '../core'
import { standingOf } from '../deployment/before'
import { describeFailure, type Moved, markVerified } from '../deployment/conclusion'
import { follow } from '../deployment/follow'
import { nameOf } from '../deployment/release'
import { verify } from '../verify'
import { look } from './look'
import { markGoing } from './marks'
import { schemaFor } from './schema'
import { schemaWords } from './show'
import { again } from './words'

/** Another revision than the one before is moved to under the lock, and a deploy that rolls out holds it. */
export const stopFirst = (book: Book, { message }: Refused) =>
  new Refused(`${message}. A deployment is under way: stop it first, then go further back`, {
    next: again(book),
  })

/**
 * The part of a rollback that stops a deployment under way. It is a runbook inside one because it waits for no lock:
 * the lock is held by the very deploy that is to be stopped, which then ends as failed.
 */
export const stopRollout = runbook({
  name: 'stop-deployment',
  summary: 'Stop the deployment under way; the service returns to the last one that completed',
  guide: ['10.1'],
  options: {
    timeout: { type: 'integer', value: 'MINUTES', default: 20, help: 'How long the way back may take' },
  },
  changes: 'environment',
  lock: 'none',

  async run(book, options): Promise<Moved> {
    const aws = awsOf(book)
    const stack = stackOf(book.environment)
    const scene = await book.read('The deployment under way', () => look(book, aws, stack))
    const { running, current, primary } = scene
    if (!running) throw new Failed('Stop the deployment: it has ended meanwhile', { next: again(book) })
    const stopped = running.revision ?? primary.taskDefinition!
    if (!current) {
      throw new Refused(
        `Stop the deployment of ${nameOf(stopped)}: it is the service's first, there is nothing to return to`,
        { next: `bun runbooks/emergency-shutdown.ts --environment ${stack.environment}` },
      )
    }
    const back = scene.pasts.find(({ arn }) => arn === current)
    book.warn(
      `${nameOf(stopped)} is being rolled out. It is stopped, and ${stack.service} returns to ${nameOf(current)}${back?.commit ? ` (commit ${back.commit.slice(0, 12)})` : ''}, the last that completed`,
    )
    const words = back && schemaWords(schemaFor(back, scene.pasts), back)
    if (words) book.warn(`${words}. It goes on serving as it does now, on the new schema`)
    const going = /^ROLLBACK_/.test(running.status)
    await book.change({
      title: 'Stop the deployment',
      effect: `${nameOf(stopped)} is not rolled out further; ${nameOf(current)} serves everything again`,
      equivalent: `aws ecs stop-service-deployment --service-deployment-arn ${running.arn} --stop-type ROLLBACK --region ${book.region}`,
      undo: `aws ecs update-service --cluster ${stack.cluster} --service ${stack.service} --task-definition ${nameOf(stopped)} --force-new-deployment --region ${book.region}`,
      already: async () => (going ? { why: 'it goes back already' } : false),
      run: async () => {
        await markGoing(aws, current, { from: nameOf(stopped), at: new Date(), run: book.id })
        if (await stopDeployment(aws, running.arn)) return
        throw new Failed(`Stop the deployment of ${nameOf(stopped)}: it ended before it could be stopped`, {
          next: again(book),
        })
      },
    })
    const [from, to] = await Promise.all([standingOf(aws, stopped), standingOf(aws, current)])
    const data = (cause: string | null): Moved => ({
      from,
      to,
      deployment: running.id,
      rolledBack: cause === null,
      cause,
    })
    if (book.dryRun) return { ...data(null), rolledBack: false }

    // By the stopped deployment's own id: the primary is the one gone back to as soon as ECS has heard.
    const outcome = await book.read('Follow it back', (step) =>
      follow(aws, stack, running, step, { timeoutMinutes: options.timeout }),
    )
    if (outcome.ended !== 'rolled back') {
      const completed = outcome.ended === 'successful' && 'it completed before it could be stopped'
      const cause = completed || describeFailure(book, outcome, undefined)
      throw new Failed(`Stop the deployment of ${nameOf(stopped)}: ${cause}`, {
        data: data(cause),
        next: again(book),
      })
    }
    const landed = (await returnedTo(aws, running.arn)) ?? current
    book.note(`${stack.service} has returned to ${nameOf(landed)}`)
    const verified = await book.call(verify)
    if (!verified.ok) {
      const cause = verified.error?.message ?? 'verification failed'
      throw new Failed(`${nameOf(landed)} serves again, and is not well: ${cause}`, {
        data: data(cause),
        next: `bun runbooks/verify.ts --environment ${stack.environment}`,
      })
    }
    const found = scene.pasts.find(({ arn }) => arn === landed)
    const standing = landed === current ? to : await standingOf(aws, landed)
    await markVerified(book, aws, stack, standing, { digest: found?.digest, before: found?.verified })
    return data(null)
  },
})
