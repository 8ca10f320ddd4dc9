import { type Book, Refused, secret } from '../core'
import type { Terraform } from '../terraform/terraform'
import { GitHub, type Variables } from './github-api'

/**
 * Creates the GitHub environment with the variables that the pipeline reads; without a token it prints the same as
 * commands. No AWS key is among them, as the pipeline assumes the role by OIDC; `keys` stores those of this shell
 * as secrets all the same, for an organisation where OIDC cannot be used.
 */
export async function configureGitHub(
  book: Book,
  repository: string,
  { terraform, keys }: { terraform: Terraform; keys: boolean },
): Promise<void> {
  const { environment } = book
  const role = book.dryRun ? '<deploy role>' : String((await terraform.outputs()).deploy_role_arn)
  const variables: Variables = { AWS_ROLE_ARN: role, AWS_REGION: book.region }
  const byHand = Object.entries(variables).map(
    ([name, value]) => `gh variable set ${name} --repo ${repository} --env ${environment} --body ${value}`,
  )
  const token = process.env.GITHUB_TOKEN ?? process.env.GH_TOKEN
  if (!token) {
    book.warn(`No GITHUB_TOKEN: set the variables of ${repository} by hand`)
    for (const line of byHand) book.note(line)
    return
  }
  const base = process.env.GITHUB_API_URL ?? 'https://api.github.com'
  const github = new GitHub(base, secret(token).reveal(), repository, environment)
  await book.change({
    title: 'Set the variables of the GitHub environment',
    effect: `${repository} may deploy to ${environment}`,
    equivalent: byHand,
    undo: `gh api --method DELETE repos/${repository}/environments/${environment}`,
    already: async () => {
      const existing = await github.variables()
      return existing && missing(existing, variables).length === 0 ? { why: 'they are set' } : false
    },
    run: async () => {
      await github.makeEnvironment()
      const existing = (await github.variables()) ?? {}
      for (const [name, value] of missing(existing, variables))
        await github.setVariable(name, value, name in existing)
    },
  })
  if (keys) await storeKeys(book, github, repository)
}

const missing = (existing: Variables, wanted: Variables) =>
  Object.entries(wanted).filter(([name, value]) => existing[name] !== value)

async function storeKeys(book: Book, github: GitHub, repository: string): Promise<void> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || AWS_SESSION_TOKEN) {
    throw new Refused(
      'Store AWS keys at GitHub: this shell has no lasting AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      {
        next: 'leave --github-keys out: the pipeline assumes a role by OIDC and needs no keys',
      },
    )
  }
  const secrets = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: secret(AWS_SECRET_ACCESS_KEY).reveal() }
  await book.change({
    title: 'Store AWS keys as secrets of the GitHub environment',
    effect: `${repository} holds keys that do not expire: prefer OIDC`,
    equivalent: Object.keys(secrets).map(
      (name) => `gh secret set ${name} --repo ${repository} --env ${book.environment}`,
    ),
    undo: `gh secret delete AWS_SECRET_ACCESS_KEY --repo ${repository} --env ${book.environment}`,
    run: async () => {
      for (const [name, value] of Object.entries(secrets)) await github.setSecret(name, value)
    },
  })
}
