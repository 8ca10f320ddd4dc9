import { stackOf } from '../aws/stack'
import { type Book, Failed, secret } from '../core'
import type { Terraform } from '../terraform/terraform'

/** What the pipeline of an environment reads. No AWS key is among them: it assumes the role by OIDC. */
type Variables = Record<string, string>

/**
 * Creates the GitHub environment and its variables through the API; without a token it prints the same as
 * commands. GITHUB_API_URL is GitHub's own name for the API of an enterprise server.
 */
export async function configureGitHub(
  book: Book,
  repository: string,
  { terraform }: { account: string; terraform: Terraform },
): Promise<void> {
  const role = book.dryRun ? '<deploy role>' : String((await terraform.outputs()).deploy_role_arn)
  const variables: Variables = { AWS_ROLE_ARN: role, AWS_REGION: book.region }
  const environment = stackOf(book.environment).environment
  const byHand = Object.entries(variables).map(
    ([name, value]) => `gh variable set ${name} --repo ${repository} --env ${environment} --body ${value}`,
  )
  const token = process.env.GITHUB_TOKEN ?? process.env.GH_TOKEN
  if (!token) {
    book.warn(`No GITHUB_TOKEN: set the variables of ${repository} by hand`)
    for (const line of byHand) book.note(line)
    return
  }
  const api = new GitHub(
    process.env.GITHUB_API_URL ?? 'https://api.github.com',
    secret(token).reveal(),
    repository,
  )
  await book.change({
    title: 'Set the variables of the GitHub environment',
    effect: `${repository} may deploy to ${environment}`,
    equivalent: byHand,
    undo: `gh api --method DELETE repos/${repository}/environments/${environment}`,
    already: async () => {
      const existing = await api.variables(environment)
      const same = Object.entries(variables).every(([name, value]) => existing?.[name] === value)
      return same ? { why: 'they are set' } : false
    },
    run: async () => {
      await api.makeEnvironment(environment)
      const existing = (await api.variables(environment)) ?? {}
      for (const [name, value] of Object.entries(variables)) {
        await api.setVariable(environment, name, value, name in existing)
      }
    },
  })
}

/** The few calls of GitHub's REST API that setup needs. https://docs.github.com/rest/actions/variables */
class GitHub {
  constructor(
    private readonly base: string,
    private readonly token: string,
    private readonly repository: string,
  ) {}

  async makeEnvironment(name: string): Promise<void> {
    await this.#call('PUT', `/environments/${encodeURIComponent(name)}`)
  }

  async variables(environment: string): Promise<Variables | undefined> {
    const answer = await this.#call(
      'GET',
      `/environments/${encodeURIComponent(environment)}/variables?per_page=30`,
      {
        missing: true,
      },
    )
    const listed = (answer as { variables?: { name: string; value: string }[] } | undefined)?.variables
    return listed && Object.fromEntries(listed.map(({ name, value }) => [name, value]))
  }

  async setVariable(environment: string, name: string, value: string, exists: boolean): Promise<void> {
    const path = `/environments/${encodeURIComponent(environment)}/variables`
    await this.#call(exists ? 'PATCH' : 'POST', exists ? `${path}/${name}` : path, { body: { name, value } })
  }

  async #call(
    method: string,
    path: string,
    options: { body?: unknown; missing?: boolean } = {},
  ): Promise<unknown> {
    const { request } = await import('@octokit/request')
    try {
      const { data } = await request(`${method} /repos/${this.repository}${path}`, {
        baseUrl: this.base,
        headers: { authorization: `Bearer ${this.token}`, 'x-github-api-version': '2022-11-28' },
        ...(options.body ? { data: options.body } : {}),
      })
      return data
    } catch (error) {
      const status = (error as { status?: number }).status
      if (status === 404 && options.missing) return undefined
      throw new Failed(`GitHub ${method} ${path}: ${status ?? ''} ${(error as Error).message}`, {
        next: 'check that GITHUB_TOKEN may administer the repository: gh auth status',
        cause: error,
      })
    }
  }
}
