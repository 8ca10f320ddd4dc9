import type { Aws } from '../aws/clients'
import type { TaskNetwork } from '../aws/service'
import type { Stack } from '../aws/stack'
import type { Book } from '../core'
import type { Moved } from './conclusion'
import { runToEnd } from './oneshot'
import { markMigrating } from './schema'

/** Brings the database's schema to what the revision needs, before any of its tasks serves. */
export async function migrate(
  book: Book,
  aws: Aws,
  stack: Stack,
  options: { moved: Moved; network: TaskNetwork | undefined },
): Promise<void> {
  const { moved, network } = options
  const revision = moved.to.taskDefinition
  await book.change({
    title: 'Migrate the database',
    effect: 'pending migrations are applied by one task outside the service; its exit code decides',
    equivalent: `aws ecs run-task --cluster ${stack.cluster} --task-definition ${revision.split('/').at(-1)} --launch-type FARGATE --overrides '{"containerOverrides":[{"name":"tria-aibpo-backend","command":["migrate"]}]}' --network-configuration '${inWords(network)}'`,
    undo: 'none: migrations only add (expand, then contract in a later release)',
    run: async (step) => {
      await markMigrating(aws, revision, 'begun')
      await runToEnd(aws, stack, step, {
        taskDefinition: revision,
        command: ['migrate'],
        network: network!,
        startedBy: `deploy/${book.id}`.slice(0, 36),
        failed: (cause) => ({ ...moved, cause }) satisfies Moved,
        next: `bun runbooks/deploy.ts --environment ${stack.environment}   # once that is mended; the service was not moved`,
      })
      await markMigrating(aws, revision, 'done')
    },
  })
}

/** As `aws ecs run-task` wants it; on a first dry run nothing is known of it yet. */
function inWords(network: TaskNetwork | undefined): string {
  if (!network) return '<awsvpcConfiguration of the service to be made>'
  const { subnets, securityGroups, assignPublicIp } = network
  return `awsvpcConfiguration={subnets=[${subnets}],securityGroups=[${securityGroups}],assignPublicIp=${assignPublicIp}}`
}
