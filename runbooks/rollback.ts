import 'zx/globals'
import { awsOf } from './aws/clients'
import { stackOf } from './aws/stack'
import { Refused, runbook } from './core'
import { nameOf } from './deployment/release'
import { refuseMixed } from './rollback/flags'
import { applyEarlier } from './rollback/infrastructure'
import { look, lookAgain } from './rollback/look'
import { moveBack, refuseSchema } from './rollback/move'
import { isOpen } from './rollback/past'
import { preflight } from './rollback/preflight'
import { listRows, showList, showMove } from './rollback/show'
import { listStates } from './rollback/state-list'
import { restoreState } from './rollback/state-restore'
import { stopFirst, stopRollout } from './rollback/stop'
import { findWay, refuseUnserved } from './rollback/target'

export const rollback = runbook({
  name: 'rollback',
  summary: 'Return to the last revision that served and was verified, or to earlier infrastructure',
  guide: ['10.1', '10.2'],
  description:
    'Without arguments: the newest revision before the current one that was deployed, found well, and can still start. While a deployment runs, it is stopped, and the service returns to the last that completed; no lock is waited for.',
  options: {
    to: {
      type: 'integer',
      value: 'N',
      min: 1,
      help: 'The revision to return to, by its number; one that never served is refused',
    },
    list: { type: 'boolean', help: 'Only show the revisions: served, failed, never deployed, image gone' },
    'accept-schema': {
      type: 'boolean',
      help: 'Go back although migrations were applied since; they are not taken back',
    },
    timeout: {
      type: 'integer',
      value: 'MINUTES',
      default: 20,
      min: 1,
      max: 180,
      help: 'How long the rollout may take',
    },
    infrastructure: { type: 'boolean', help: "Apply an earlier commit's terraform/aws, with --to-commit" },
    'to-commit': {
      type: 'string',
      value: 'SHA',
      help: 'The commit whose configuration is applied',
      check: (sha: string) =>
        /^[0-9a-f]{7,40}$/.test(sha) ? undefined : 'must be a commit of 7 to 40 hexadecimal digits',
    },
    'allow-destroy': {
      type: 'string',
      value: 'ADDRESS',
      repeatable: true,
      help: 'A resource that the infrastructure plan may delete or replace without asking',
    },
    'list-state-versions': { type: 'boolean', help: "Only show what the bucket keeps of Terraform's state" },
    'restore-state': {
      type: 'string',
      value: 'VERSION',
      help: 'Put a version of the state back where the current one is lost or corrupted',
    },
    'accept-older-state': {
      type: 'boolean',
      help: 'Restore it although the last run left a newer one: what was made since is then unknown to Terraform',
    },
  },
  examples: [
    'bun runbooks/rollback.ts --list',
    'bun runbooks/rollback.ts --dry-run',
    'bun runbooks/rollback.ts --to 12',
    'bun runbooks/rollback.ts --infrastructure --to-commit 1a2b3c4',
    'bun runbooks/rollback.ts --list-state-versions',
  ],
  changes: 'environment',
  // The lock comes after the question whether a deployment runs: the one that is to be stopped holds it.
  lock: 'later',

  async run(book, options) {
    const aws = awsOf(book)
    const stack = stackOf(book.environment)
    refuseMixed(options)
    const { account } = await book.read('Credentials', () => book.identity())
    if (options.listStateVersions) return listStates(book, aws, stack, account)
    if (options.restoreState) return restoreState(book, aws, stack, { ...options, account })
    if (options.infrastructure) return applyEarlier(book, aws, stack, { ...options, account })

    const first = await book.read('What runs, and what ran before', () => look(book, aws, stack))
    if (options.list) {
      showList(book, first)
      return { current: first.current ?? null, revisions: listRows(first) }
    }
    if (first.service.desiredCount === 0) {
      throw new Refused(`Roll back ${stack.service}: it is shut down (desired count 0)`, {
        next: `bun runbooks/emergency-restore.ts --environment ${stack.environment}`,
      })
    }
    const moving = first.pasts.find(({ arn }) => arn === first.running?.revision)
    const returns = options.to === undefined || first.current?.endsWith(`:${options.to}`)
    if (first.running && returns && !(moving && isOpen(moving))) {
      const stopped = await book.call(stopRollout, { timeout: options.timeout })
      if (stopped.error) throw stopped.error
      return stopped.data
    }

    await book.lock().catch((error) => {
      throw first.running && error instanceof Refused ? stopFirst(book, error) : error
    })
    const scene = await book.read('Nothing has moved meanwhile', () => lookAgain(book, aws, stack, first))
    const way = await findWay(book, aws, stack, scene, options.to)
    if (way.from) showMove(book, scene, way.from, way.to)
    const definition = scene.definitions.get(way.to.arn)!
    await book.read(`Whether ${nameOf(way.to.arn)} can start`, (step) =>
      preflight(book, aws, { past: way.to, definition }, step),
    )
    refuseUnserved(book, scene, way)
    refuseSchema(book, scene, way, options.acceptSchema)
    return moveBack(book, aws, stack, { scene, way, timeoutMinutes: options.timeout })
  },
})

if (import.meta.main) await rollback.main()
