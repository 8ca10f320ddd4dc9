/** `123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1@sha256:…`, taken apart. */
export interface Reference {
  registry: string
  repository: string
  tag: string | undefined
  digest: string | undefined
}

export function parseReference(text: string): Reference | undefined {
  const match =
    /^(?:((?:[\w-]+(?:\.[\w-]+)+(?::\d+)?|localhost(?::\d+)?|[\w-]+:\d+))\/)?([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    )
  if (!match) return undefined
  const [, host, repository = '', tag, digest] = match
  const registry = host ?? 'docker.io'
  const official = registry === 'docker.io' && !repository.includes('/')
  return { registry, repository: official ? `library/${repository}` : repository, tag, digest }
}

/** As docker shows it: the default registry and its `library/` are left out. */
export function familiar({ registry, repository }: Reference): string {
  if (registry !== 'docker.io') return `${registry}/${repository}`
  return repository.replace(/^library\//, '')
}

/** In full, with `latest` where nothing is said. */
export function canonical(reference: Reference): string {
  const { registry, repository, tag, digest } = reference
  return `${registry}/${repository}${digest ? `@${digest}` : `:${tag ?? 'latest'}`}`
}

export interface EcrPlace {
  account: string
  region: string
}

export function ecrPlace(registry: string): EcrPlace | undefined {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(registry)
  return match ? { account: match[1]!, region: match[2]! } : undefined
}
