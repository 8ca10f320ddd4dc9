import type { Aws } from './clients'
import type { Stack } from './stack'

/** The repository's address without a tag, or undefined while Terraform has not made it. */
export async function repositoryUrl(aws: Aws, stack: Stack): Promise<string | undefined> {
  const ecr = await aws.ecr()
  try {
    const { repositories } = await ecr.describeRepositories({ repositoryNames: [stack.repository] })
    return repositories?.[0]?.repositoryUri
  } catch (error) {
    if ((error as Error).name === 'RepositoryNotFoundException') return undefined
    throw error
  }
}

/** The digest a tag points to (`sha256:...`), or undefined where the registry has no such image. */
export async function digestOf(aws: Aws, stack: Stack, tag: string): Promise<string | undefined> {
  return (await describe(aws, stack, { imageTag: tag }))?.imageDigest
}

export async function hasDigest(aws: Aws, stack: Stack, digest: string): Promise<boolean> {
  return (await describe(aws, stack, { imageDigest: digest })) !== undefined
}

/** Every digest the registry has; undefined where there is no such registry. */
export async function listDigests(aws: Aws, stack: Stack): Promise<Set<string> | undefined> {
  const ecr = await aws.ecr()
  const digests = new Set<string>()
  let nextToken: string | undefined
  try {
    do {
      const page = await ecr.listImages({
        repositoryName: stack.repository,
        maxResults: 1000,
        ...(nextToken ? { nextToken } : {}),
      })
      for (const { imageDigest } of page.imageIds ?? []) if (imageDigest) digests.add(imageDigest)
      nextToken = page.nextToken
    } while (nextToken)
  } catch (error) {
    if ((error as Error).name === 'RepositoryNotFoundException') return undefined
    throw error
  }
  return digests
}

async function describe(aws: Aws, stack: Stack, imageId: { imageTag: string } | { imageDigest: string }) {
  const ecr = await aws.ecr()
  try {
    const { imageDetails } = await ecr.describeImages({
      repositoryName: stack.repository,
      imageIds: [imageId],
    })
    return imageDetails?.[0]
  } catch (error) {
    const name = (error as Error).name
    if (name === 'ImageNotFoundException' || name === 'RepositoryNotFoundException') return undefined
    throw error
  }
}

/**
 * Gives an image one more tag, in the registry; the life cycle rules keep images by their tags. A tag that the image
 * has already is left alone; one that another image has is an error of the immutable repository.
 */
export async function addTag(aws: Aws, stack: Stack, digest: string, tag: string): Promise<void> {
  if ((await digestOf(aws, stack, tag)) === digest) return
  const ecr = await aws.ecr()
  const { images } = await ecr.batchGetImage({
    repositoryName: stack.repository,
    imageIds: [{ imageDigest: digest }],
  })
  const manifest = images?.[0]
  if (!manifest?.imageManifest) throw new Error(`Tag ${digest} as ${tag}: the registry has no such image`)
  await ecr.putImage({
    repositoryName: stack.repository,
    imageManifest: manifest.imageManifest,
    ...(manifest.imageManifestMediaType ? { imageManifestMediaType: manifest.imageManifestMediaType } : {}),
    imageTag: tag,
  })
}

/** User name and password for `docker login`, valid for twelve hours. */
export async function registryLogin(aws: Aws): Promise<{ username: string; password: string }> {
  const ecr = await aws.ecr()
  const { authorizationData } = await ecr.getAuthorizationToken({})
  const token = authorizationData?.[0]?.authorizationToken
  if (!token) throw new Error('Log in to ECR: no authorization token in the answer')
  const [username = 'AWS', password = ''] = Buffer.from(token, 'base64').toString().split(':')
  return { username, password }
}
