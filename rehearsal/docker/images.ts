import { BatchGetImageCommand, ECRClient } from '@aws-sdk/client-ecr'
import type { World } from '../world.ts'
import { ecrPlace, familiar, parseReference, type Reference } from './reference.ts'
import { type ImageConfig, imageStore, type StoredImage } from './store.ts'

/** An image as a task is started from it. */
export interface Image {
  digest: string
  /** What it was built for: `amd64` or `arm64`. */
  architecture: string
  /** The folder that is `/` in the container. */
  root: string
  config: Omit<ImageConfig, 'Entrypoint' | 'Cmd'> & {
    Entrypoint?: string[] | undefined
    Cmd?: string[] | undefined
  }
}

/** Why an image cannot be pulled, in the words of AWS. */
export class PullError extends Error {}

/** What ECS pulls: asks ECR which image a reference means, and takes its files from the store. */
export function createImages(world: World) {
  const store = imageStore(world.dir)

  async function resolve(text: string): Promise<Image> {
    const reference = parseReference(text)
    if (!reference) throw new PullError(`invalid reference format: ${text}`)
    const place = ecrPlace(reference.registry)
    if (!place) throw denied(reference)
    const digest = await digestOf(reference, place, text)
    const image = store.load(digest)
    if (!image) throw notFound(text)
    return { digest, architecture: image.config.architecture, root: image.root, config: started(image) }
  }

  async function digestOf(
    reference: Reference,
    place: { account: string; region: string },
    text: string,
  ): Promise<string> {
    const { digest, tag, repository } = reference
    const ecr = new ECRClient({
      endpoint: world.motoUrl,
      region: place.region,
      credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    })
    const imageId = digest ? { imageDigest: digest } : { imageTag: tag ?? 'latest' }
    try {
      const asked = new BatchGetImageCommand({
        registryId: place.account,
        repositoryName: repository,
        imageIds: [imageId],
      })
      const found = (await ecr.send(asked)).images?.[0]?.imageId?.imageDigest
      if (!found) throw notFound(text)
      return found
    } catch (error) {
      if ((error as Error).name === 'RepositoryNotFoundException') throw denied(reference)
      throw error
    } finally {
      ecr.destroy()
    }
  }

  return { resolve }
}

/** The official image's entry point only passes on to the command it is given. */
function started({ config: { config } }: StoredImage): Image['config'] {
  const passing = config.Entrypoint?.[0]?.endsWith('/docker-entrypoint.sh')
  const Entrypoint = passing ? config.Entrypoint?.slice(1) : config.Entrypoint
  return { ...config, Entrypoint: Entrypoint ?? undefined, Cmd: config.Cmd ?? undefined }
}

const retried = 'pull image manifest has been retried 1 time(s)'

const notFound = (text: string) =>
  new PullError(`CannotPullContainerError: ${retried}: failed to resolve ref ${text}: ${text}: not found`)

const denied = (reference: Reference) =>
  new PullError(
    `CannotPullContainerError: ${retried}: pull access denied, repository does not exist or may require authorization: ${familiar(reference)}`,
  )
