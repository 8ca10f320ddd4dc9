import 'zx/globals'
import { awsOf } from './aws/clients'
import { findInputs, storeInputs } from './aws/secrets'
import { stackOf, stateBucket } from './aws/stack'
import { runbook } from './core'
import { applyBootstrap, bootstrapIsSo, openBootstrap } from './setup/bootstrap'
import { configureGitHub } from './setup/github'
import { checkRepository } from './setup/github-api'
import { complete, generated, sameInputs } from './setup/inputs'
import { lookAtQuotas } from './setup/quotas'
import { planKeepingRole } from './setup/role-kept'
import { lookAtTools, refuseMissing } from './setup/tools'
import { firstValues, valuesExist, writeValues } from './setup/values'
import { tfvarsOf } from './terraform/folder'
import { headline, summarise } from './terraform/plan'

export const setup = runbook({
  name: 'setup',
  summary: 'Prepare a machine, an account and an environment for the first deploy',
  guide: ['Prerequisites', '1', '2', '3.2'],
  options: {
    github: {
      type: 'string',
      value: 'ORG/REPO',
      help: 'Let this repository deploy, without stored AWS keys; GITHUB_TOKEN sets its variables too',
      check: checkRepository,
    },
    'github-keys': {
      type: 'boolean',
      help: 'Also store the AWS keys of this shell at GitHub: only where OIDC cannot be used',
    },
    'replace-openai-key': {
      type: 'boolean',
      help: 'Put the key of OPENAI_API_KEY in the place of the one that is stored',
    },
  },
  examples: [
    'OPENAI_API_KEY=sk-... bun runbooks/setup.ts',
    'bun runbooks/setup.ts --github my-org/tria-aibpo',
  ],
  changes: 'environment',

  async run(book, options) {
    const aws = awsOf(book)
    const stack = stackOf(book.environment)

    const tools = await book.read('Tools', () => lookAtTools(book))
    refuseMissing(tools)
    const { account, arn } = await book.read('Credentials', () => book.identity())
    book.note(`${arn} in ${book.region}`)
    for (const shortage of await book.read('Quotas', () => lookAtQuotas(aws))) book.warn(shortage)

    const bucket = stateBucket(account, book.region)
    const opened = await book.read('Bootstrap', () =>
      openBootstrap(book, aws, account, options.github ? { github_repository: options.github } : {}),
    )
    const { file, plan, terraform } = await book.read('Plan the bootstrap', (step) =>
      planKeepingRole(opened, step),
    )
    await book.change({
      title: options.github ? 'Create the state bucket and the deploy role' : 'Create the state bucket',
      effect: headline(summarise(plan)),
      equivalent: `${terraform.typed} apply`,
      undo: 'none: the bucket keeps what Terraform knows; destroy leaves it too',
      already: () => bootstrapIsSo(aws, plan, bucket),
      run: (step) => applyBootstrap(aws, terraform, { file, bucket, region: book.region }, step),
    })

    const stored = await book.read('Secrets', () => findInputs(aws, stack))
    const inputs = complete(stored?.inputs ?? {}, process.env.OPENAI_API_KEY, options.replaceOpenaiKey)
    await book.change({
      title: 'Store passwords and keys',
      effect: `${stack.inputSecret}: ${generated(stored?.inputs ?? {}, inputs)}`,
      equivalent: `aws secretsmanager create-secret --name ${stack.inputSecret} --secret-string file:///dev/stdin --tags Key=ManagedBy,Value=setup --region ${book.region}`,
      undo: `aws secretsmanager delete-secret --secret-id ${stack.inputSecret} --region ${book.region}`,
      already: async () =>
        sameInputs(stored?.inputs, inputs) ? { why: `${stack.inputSecret} holds them all` } : false,
      run: () => storeInputs(aws, stack, inputs, stored !== undefined),
    })
    if (!inputs.openai_api_key)
      book.warn('No OpenAI key: the chatbot will answer with extracts of its documents')

    const file_ = tfvarsOf(stack.environment)
    await book.change({
      title: 'Write the values for Terraform',
      effect: file_,
      equivalent: `cp terraform/aws/terraform.tfvars.example ${file_}`,
      undo: `rm ${file_}`,
      already: async () => (valuesExist(stack) ? { why: 'the file is there, and it is yours' } : false),
      run: () => writeValues(stack, firstValues(stack, book.region)),
    })

    if (options.github) await configureGitHub(book, options.github, { terraform, keys: options.githubKeys })
    return { account, region: book.region, bucket, secret: stack.inputSecret, values: file_, tools }
  },
})

if (import.meta.main) await setup.main()
