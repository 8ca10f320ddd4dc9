import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { regionalClients } from '../clients.ts'
import { AwsError, type Call, type Handlers } from '../gateway/call.ts'
import type { World } from '../world.ts'
import { imageStore } from './store.ts'

/** What ECR does for a push and moto does not know: layers, and refusing a taken tag in ECR's words. */
export function registryHandlers(world: World): Handlers {
  const store = imageStore(world.dir)
  const uploaded = new Set<string>()
  const moto = regionalClients(world, (settings) => new ECRClient(settings))

  /** Where moto would fail without a word, ECR says that there is no such repository. */
  async function needRepository({ input, region }: Call): Promise<void> {
    const repositoryNames = [String(input.repositoryName)]
    await moto
      .in(region)
      .send(new DescribeRepositoriesCommand({ repositoryNames }))
      .catch((error: Error) => {
        throw new AwsError(error.name, error.message)
      })
  }

  return {
    ecr: {
      BatchCheckLayerAvailability: async (call) => {
        await needRepository(call)
        const { input } = call
        const digests = input.layerDigests as string[]
        const held = (digest: string) => uploaded.has(`${input.repositoryName} ${digest}`)
        return {
          layers: digests.map((layerDigest) => ({
            layerDigest,
            layerAvailability: held(layerDigest) ? 'AVAILABLE' : 'UNAVAILABLE',
            ...(held(layerDigest) && { layerSize: store.layerText(layerDigest)?.length ?? 0 }),
          })),
          failures: [],
        }
      },
      InitiateLayerUpload: async (call) => {
        await needRepository(call)
        return { uploadId: crypto.randomUUID(), partSize: 10_485_760 }
      },
      UploadLayerPart: ({ input }) => ({
        registryId: input.registryId ?? world.account,
        repositoryName: input.repositoryName,
        uploadId: input.uploadId,
        lastByteReceived: input.partLastByte,
      }),
      CompleteLayerUpload: ({ input }) => {
        const [layerDigest] = input.layerDigests as string[]
        uploaded.add(`${input.repositoryName} ${layerDigest}`)
        const registryId = input.registryId ?? world.account
        return { registryId, repositoryName: input.repositoryName, uploadId: input.uploadId, layerDigest }
      },
      async PutImage(call) {
        await needRepository(call)
        const { imageTag, repositoryName, imageDigest } = call.input
        try {
          return await call.answer()
        } catch (error) {
          // moto has one name for two things: the same image again, and a tag that another image holds.
          const taken = error instanceof AwsError && error.code === 'ImageAlreadyExistsException'
          if (!taken || error.message.includes(String(imageDigest))) throw error
          throw new AwsError(
            'ImageTagAlreadyExistsException',
            `The image tag '${imageTag}' already exists in the '${repositoryName}' repository and cannot be overwritten because the repository is immutable.`,
          )
        }
      },
      async DescribeImages(call) {
        const answer = await call.answer()
        // moto counts the configuration; ECR counts what is pulled.
        for (const image of answer.imageDetails ?? []) {
          image.imageSizeInBytes = store.load(image.imageDigest)?.size ?? image.imageSizeInBytes
        }
        return answer
      },
    },
  }
}
