import { Failed } from '../core'

export const checkRepository = (value: string) =>
  /^[\w.-]+\/[\w.-]+$/.test(value) ? undefined : 'must be ORG/REPO'

export type Variables = Record<string, string>

/** The few calls of GitHub's REST API that setup needs. https://docs.github.com/rest/actions */
export class GitHub {
  /** `base` is https://api.github.com, or an enterprise server's GITHUB_API_URL. */
  constructor(
    private readonly base: string,
    private readonly token: string,
    private readonly repository: string,
    private readonly environment: string,
  ) {}

  async makeEnvironment(): Promise<void> {
    await this.#call('PUT', '')
  }

  /** The environment's variables, or undefined where there is no such environment. */
  async variables(): Promise<Variables | undefined> {
    const answer = await this.#call('GET', '/variables?per_page=30', { missing: true })
    const listed = (answer as { variables?: { name: string; value: string }[] } | undefined)?.variables
    return listed && Object.fromEntries(listed.map(({ name, value }) => [name, value]))
  }

  async setVariable(name: string, value: string, exists: boolean): Promise<void> {
    await this.#call(exists ? 'PATCH' : 'POST', exists ? `/variables/${name}` : '/variables', {
      body: { name, value },
    })
  }

  /** Encrypts a secret with the environment's public key, as GitHub asks for, and stores it. */
  async setSecret(name: string, value: string): Promise<void> {
    const { key, key_id } = (await this.#call('GET', '/secrets/public-key')) as {
      key: string
      key_id: string
    }
    await this.#call('PUT', `/secrets/${name}`, { body: { encrypted_value: await seal(value, key), key_id } })
  }

  async #call(
    method: string,
    path: string,
    options: { body?: unknown; missing?: boolean } = {},
  ): Promise<unknown> {
    const { request } = await import('@octokit/request')
    const place = `/repos/${this.repository}/environments/${encodeURIComponent(this.environment)}${path}`
    try {
      const { data } = await request(`${method} ${place}`, {
        baseUrl: this.base,
        headers: { authorization: `Bearer ${this.token}`, 'x-github-api-version': '2022-11-28' },
        ...(options.body ? { data: options.body } : {}),
      })
      return data
    } catch (error) {
      const status = (error as { status?: number }).status
      if (status === 404 && options.missing) return undefined
      throw new Failed(`GitHub ${method} ${place}: ${status ?? ''} ${(error as Error).message}`, {
        next: 'check that GITHUB_TOKEN may administer the repository: gh auth status',
        cause: error,
      })
    }
  }
}

/** libsodium's sealed box, base64. https://docs.github.com/rest/guides/encrypting-secrets-for-the-rest-api */
async function seal(value: string, publicKey: string): Promise<string> {
  const { default: sodium } = await import('libsodium-wrappers')
  await sodium.ready
  const key = sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL)
  return sodium.to_base64(sodium.crypto_box_seal(value, key), sodium.base64_variants.ORIGINAL)
}
