import 'zx/globals'
import { awsOf } from './aws/clients'
import { deleteInputs, inputSecretArn } from './aws/secrets'
import { stackOf, stateBucket } from './aws/stack'
import { Failed, runbook } from './core'
import { rememberState } from './deployment/infrastructure'
import { finishCreation } from './deployment/take-up'
import { isProtected, unprotect } from './removal/protection'
import { whatRemains } from './removal/remaining'
import { openEnvironment } from './terraform/environment'
import { taintedInState } from './terraform/left'
import { readState } from './terraform/state'

export const destroy = runbook({
  name: 'destroy',
  summary: 'Remove an environment, and name what goes on costing money',
  guide: ['Next Steps'],
  options: {
    'keep-secrets': { type: 'boolean', help: 'Leave the passwords and keys that setup stored' },
  },
  examples: ['bun runbooks/destroy.ts --dry-run', 'bun runbooks/destroy.ts --environment staging --yes'],
  changes: 'environment',

  async run(book, options) {
    const aws = awsOf(book)
    const stack = stackOf(book.environment)
    const production = stack.environment === 'production'

    const { account } = await book.read('Credentials', () => book.identity())
    const terraform = await book.read('Environment', () =>
      openEnvironment(book, aws, account, { destroy: true }),
    )
    const bucket = stateBucket(account, book.region)
    const state = await book.read('State', () => readState(aws, bucket, stack))
    const resources = (state?.resources ?? []).filter(({ mode }) => mode === 'managed')

    if (resources.length > 0) {
      const effect = `${stack.environment} is removed: ${resources.length} kinds of resources, with the database and what is in it`
      await book.confirm({ effect, typed: stack.environment, why: 'destructive' })
      if (production) {
        await book.confirm({
          effect:
            'This is production. Its customers get no more answers, and only the final snapshot remains',
          typed: `destroy ${stack.environment}`,
          why: 'destructive',
        })
      }
    }

    // Half-made for Terraform, a protected database would be replaced where it is only to be changed.
    if (isProtected(state)) await finishCreation(book, aws, terraform, taintedInState(state))
    await book.change({
      title: 'Lift the protection from deletion',
      effect: 'database, load balancer and registry may be deleted',
      equivalent: `${terraform.typed} apply -var deletion_protection=false -var ecr_force_delete=true`,
      undo: `${terraform.typed} apply`,
      destructive: true,
      already: async () => (isProtected(state) ? false : { why: 'nothing is protected' }),
      run: (step) => unprotect(terraform, state, step),
    })
    await book.change({
      title: 'Destroy the infrastructure',
      effect: `all resources of ${stack.environment}`,
      equivalent: `${terraform.typed} destroy`,
      undo: `bun runbooks/deploy.ts --environment ${stack.environment}   # anew, without the data`,
      destructive: true,
      already: async () => (resources.length === 0 ? { why: 'the state holds no resources' } : false),
      run: (step) => terraform.destroy(step),
    })
    await rememberState(book, aws, account)

    if (!options.keepSecrets) {
      const days = production ? 30 : 0
      await book.change({
        title: 'Delete passwords and keys',
        effect: `${stack.inputSecret}, ${days > 0 ? `restorable for ${days} days` : 'at once'}`,
        equivalent: `aws secretsmanager delete-secret --secret-id ${stack.inputSecret} ${days > 0 ? `--recovery-window-in-days ${days}` : '--force-delete-without-recovery'} --region ${book.region}`,
        undo: days > 0 ? `aws secretsmanager restore-secret --secret-id ${stack.inputSecret}` : 'none',
        destructive: true,
        already: async () => ((await inputSecretArn(aws, stack)) ? false : { why: 'they are gone' }),
        run: () => deleteInputs(aws, stack, days),
      })
    }

    const left = await book.read('What remains', () => whatRemains(aws, stack, book.region))
    for (const { what, command } of left) book.warn(`Goes on costing money: ${what}. To end it: ${command}`)
    book.note(`The bucket ${bucket} stays, with the journal and the state's history: a few cents a month`)
    const unexpected = left.filter(
      ({ what }) =>
        !what.startsWith('database snapshot') && !(options.keepSecrets && what.startsWith('secret')),
    )
    if (unexpected.length > 0 && !book.dryRun) {
      throw new Failed(`Destroy ${stack.environment}: ${unexpected.length} things are still there`, {
        data: { remaining: left },
        next: unexpected[0]!.command,
      })
    }
    return { destroyed: resources.length, remaining: left }
  },
})

if (import.meta.main) await destroy.main()
