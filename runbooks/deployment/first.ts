import type { Deployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { findService, primaryOf } from '../aws/service'
import type { Stack } from '../aws/stack'
import { type Book, Failed } from '../core'
import type { WorkingTree } from '../git/commit'
import { beforeService, behindFacts, type PlanJson } from '../terraform/plan'
import type { Terraform } from '../terraform/terraform'
import { pushImage, tagInitial } from './image'
import { rememberState, untilRepository } from './infrastructure'

/**
 * The first deploy: Terraform makes all but the service, and while it waits for the database the image is
 * pushed to the repository it has just made. No task can start before its image and its tables are there.
 */
export async function prepareFirst(
  book: Book,
  aws: Aws,
  stack: Stack,
  options: { tree: WorkingTree; terraform: Terraform; plan: PlanJson; account: string },
): Promise<{ image: string; digest: string }> {
  const { tree, terraform, plan, account } = options
  const missing = beforeService(plan)
  // Killed at its end, an apply may have made everything and not have written down what deploy reads.
  const targets = missing.length > 0 ? missing : behindFacts(plan)
  const creating = book.change({
    title: 'Create the infrastructure',
    effect: `${missing.length} resources: all but the service`,
    equivalent: `${terraform.typed} apply   # with -target for all but aws_ecs_service and aws_appautoscaling_*`,
    undo: `bun runbooks/destroy.ts --environment ${stack.environment}`,
    already: async () => (targets.length === 0 ? { why: 'all but the service is there' } : false),
    run: (step) => terraform.apply({ targets }, step),
  })
  const pushing = pushImage(book, aws, stack, tree, (say) =>
    untilRepository(aws, stack, { signal: book.signal, terraform: creating, say }),
  )
  // Both come to their end, so that a failure of one never leaves the other half-done.
  const [created, pushed] = await Promise.allSettled([creating, pushing])
  if (created.status === 'rejected') throw created.reason
  await rememberState(book, aws, account)
  if (pushed.status === 'rejected') throw pushed.reason
  if (!book.dryRun) await tagInitial(aws, stack, pushed.value.digest)
  return pushed.value
}

/** Terraform makes the service with the revision that was just migrated for; that starts its first deployment. */
export async function createService(
  book: Book,
  aws: Aws,
  stack: Stack,
  options: { terraform: Terraform; revision: string; account: string },
): Promise<Deployment | undefined> {
  const terraform = options.terraform.with({ initial_task_definition: options.revision })
  await book.change({
    title: 'Create the service',
    effect: `${stack.service} with ${options.revision.split('/').at(-1)}, and what scales it`,
    equivalent: `TF_VAR_initial_task_definition=${options.revision} ${terraform.typed} apply`,
    undo: `bun runbooks/destroy.ts --environment ${stack.environment}`,
    run: async (step) => {
      const { file } = await terraform.planFile(`${stack.environment}-service`, step)
      await terraform.apply({ file }, step)
    },
  })
  if (book.dryRun) return undefined
  await rememberState(book, aws, options.account)
  const service = await findService(aws, stack)
  const deployment = service && primaryOf(service)
  if (!deployment) throw new Failed(`Create ${stack.service}: Terraform made no service`)
  return deployment
}
