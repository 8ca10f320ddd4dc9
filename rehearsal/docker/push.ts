import type { ECRClient } from '@aws-sdk/client-ecr'
import { ecrPlace, type Reference } from './reference.ts'
import type { ImageStore, StoredImage } from './store.ts'

/** What a registry answers docker: the last line of a push that failed. */
export class PushError extends Error {}

/** Uploads what the repository lacks and puts the manifest there, with the calls that a real push is made of. */
export async function push(
  store: ImageStore,
  image: StoredImage,
  reference: Reference,
  endpoint: string,
): Promise<void> {
  const place = ecrPlace(reference.registry)
  if (!place)
    throw new PushError(
      'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    )
  const sdk = await import('@aws-sdk/client-ecr')
  const ecr: ECRClient = new sdk.ECRClient({
    endpoint,
    region: place.region,
    credentials: {
      // Whoever logged in; never the key of the rehearsal's own parts, whose calls are not recorded.
      accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'AKIAREHEARSALDOCKER0',
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'rehearsal',
    },
  })
  const repository = { registryId: place.account, repositoryName: reference.repository }
  const manifest = JSON.parse(image.manifest) as {
    config: { digest: string }
    layers: { digest: string }[]
    mediaType: string
  }
  const blobs = [
    ...manifest.layers.map(({ digest }) => ({ digest, content: store.layerText(digest) })),
    { digest: manifest.config.digest, content: store.configText(manifest.config.digest) },
  ]
  try {
    const layerDigests = blobs.map(({ digest }) => digest)
    const { layers = [] } = await ecr.send(
      new sdk.BatchCheckLayerAvailabilityCommand({ ...repository, layerDigests }),
    )
    const there = new Set(
      layers.filter((it) => it.layerAvailability === 'AVAILABLE').map((it) => it.layerDigest),
    )
    for (const { digest, content = '' } of blobs.filter((it) => !there.has(it.digest))) {
      const { uploadId } = await ecr.send(new sdk.InitiateLayerUploadCommand(repository))
      const layerPartBlob = Buffer.from(content)
      const part = { partFirstByte: 0, partLastByte: layerPartBlob.length - 1, layerPartBlob }
      await ecr.send(new sdk.UploadLayerPartCommand({ ...repository, uploadId, ...part }))
      await ecr.send(new sdk.CompleteLayerUploadCommand({ ...repository, uploadId, layerDigests: [digest] }))
    }
    await ecr.send(
      new sdk.PutImageCommand({
        ...repository,
        imageTag: reference.tag ?? 'latest',
        imageManifest: image.manifest,
        imageManifestMediaType: manifest.mediaType,
        imageDigest: image.digest,
      }),
    )
  } catch (error) {
    const { name, message } = error as Error
    // The same image under the same tag is already so.
    if (name === 'ImageAlreadyExistsException') return
    throw new PushError(registryWords(name, message), { cause: error })
  } finally {
    ecr.destroy()
  }
}

/** ECR's errors as its registry puts them to docker. */
function registryWords(name: string, message: string): string {
  if (name === 'RepositoryNotFoundException') return `name unknown: ${message}`
  if (name === 'ImageTagAlreadyExistsException') return `tag invalid: ${message}`
  if (name === 'AccessDeniedException') return `denied: ${message}`
  if (name === 'ECONNREFUSED' || /Unable to connect|ECONNREFUSED|ConnectionRefused/.test(message)) {
    return 'dial tcp: connect: connection refused'
  }
  return `unknown: ${message}`
}
