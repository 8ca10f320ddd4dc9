import 'zx/globals'
import manifest from '../package.json'
import { awsOf } from './aws/clients'
import { repositoryUrl } from './aws/images'
import { networkOf } from './aws/service'
import { stackOf, stateBucket } from './aws/stack'
import { runbook, type Step } from './core'
import { refuseShutDown, stillUp, whatRuns } from './deployment/before'
import { describeFailure, lostSight, type Moved, markVerified, recover } from './deployment/conclusion'
import { createService, prepareFirst } from './deployment/first'
import { follow } from './deployment/follow'
import { buildImage, platformWanted, pushImage, refuseDirty, taggedFor } from './deployment/image'
import { applyChanges, planAndBuild } from './deployment/infrastructure'
import { migrate } from './deployment/migration'
import { move, register } from './deployment/release'
import { takeUp } from './deployment/take-up'
import { workingTree } from './git/commit'
import { openEnvironment } from './terraform/environment'
import { factsOf } from './terraform/facts'
import { readValues } from './terraform/folder'
import { makesService } from './terraform/plan'
import { readState } from './terraform/state'
import { verify } from './verify'

export const deploy = runbook({
  name: 'deploy',
  summary: 'Build one commit, bring the infrastructure up to date, migrate, roll out, verify',
  guide: ['3', '4', '5'],
  options: {
    'allow-dirty': { type: 'boolean', help: 'Build uncommitted changes too; the tag then says so' },
    'allow-destroy': {
      type: 'string',
      value: 'ADDRESS',
      repeatable: true,
      help: 'A resource that the plan may delete or replace without asking',
    },
    force: { type: 'boolean', help: 'Start a new deployment although the revision is running already' },
    'no-rollback': {
      type: 'boolean',
      help: 'Leave a deployment that fails as it is, to look at it; what served goes on serving',
    },
    timeout: {
      type: 'integer',
      value: 'MINUTES',
      default: 20,
      min: 1,
      max: 180,
      help: 'How long the rollout may take',
    },
  },
  examples: [
    'bun runbooks/deploy.ts --dry-run',
    'bun runbooks/deploy.ts --environment production',
    'bun runbooks/deploy.ts --yes --json',
  ],
  changes: 'environment',

  async run(book, options): Promise<Moved> {
    const aws = awsOf(book)
    const stack = stackOf(book.environment)

    const { account } = await book.read('Credentials', () => book.identity())
    const clean = await book.read('Working tree', () => workingTree(book))
    refuseDirty(book, clean, options.allowDirty)
    const terraform = await book.read('Environment', () => openEnvironment(book, aws, account))
    const before = await book.read('What runs now', () => whatRuns(aws, stack))
    refuseShutDown(stack, before)

    const platform = platformWanted(await readValues(stack.environment), process.env)
    const tree = taggedFor(clean, platform)
    const again = (step: Step) => terraform.plan(stack.environment, step)
    const allowed = options.allowDestroy
    const { file, plan, summary } = await planAndBuild(book, {
      planning: () => book.read('Plan', again),
      building: () => buildImage(book, aws, stack, tree, platform),
      takingUp: (planned) => takeUp(book, aws, { terraform, planned, allowed, again }),
      allowed,
      tag: tree.tag,
    })

    await stillUp(aws, stack, before)
    const first = makesService(plan)
    const pushed = first
      ? await prepareFirst(book, aws, stack, { tree, terraform, plan, account })
      : await pushImage(book, aws, stack, tree, async () => (await repositoryUrl(aws, stack)) ?? '')
    if (!first)
      await applyChanges(book, aws, {
        terraform,
        file,
        summary,
        account,
        before: before?.standing.commit ?? null,
      })

    const facts = factsOf(await readState(aws, stateBucket(account, book.region), stack))
    const release = { ...pushed, commit: tree.commit, tag: tree.tag, version: manifest.version }
    const revision = await register(book, aws, stack, release, facts?.template)
    const to = { taskDefinition: revision, image: release.image, commit: tree.commit }
    const from = before?.standing ?? null
    const network = (before && networkOf(before.service)) ?? facts?.network
    const moved: Moved = { from, to, deployment: null, rolledBack: false, cause: null }
    await migrate(book, aws, stack, { moved, network })

    await stillUp(aws, stack, before)
    const deployment = first
      ? await createService(book, aws, stack, { terraform, revision, account })
      : await move(book, aws, stack, {
          to: revision,
          from: from?.taskDefinition,
          force: options.force,
          keep: options.noRollback,
        })
    if (!deployment) return moved
    moved.deployment = deployment.id ?? null

    const outcome = await book
      .read('Follow the deployment', (step) =>
        follow(aws, stack, deployment, step, { timeoutMinutes: options.timeout }),
      )
      .catch((error) => lostSight(stack, moved, error))
    const verified = outcome.ended === 'successful' ? await book.call(verify) : undefined
    if (!verified?.ok) {
      const cause = describeFailure(book, outcome, verified?.error?.message)
      const { timeout, noRollback: keep } = options
      throw await recover(book, aws, stack, { before, to, deployment, outcome, cause, keep, timeout })
    }
    await markVerified(book, aws, stack, to, release)
    return moved
  },
})

if (import.meta.main) await deploy.main()
