import { digestOf } from '../../aws/images'
import type { Drill } from '../drill'
import { deployUnderLoad, namedInTime, stoodAsBefore } from '../expect'

export const imageMissing: Drill = {
  name: 'image-missing',
  guide: '10.1',
  title: 'the image is gone from the registry when the tasks come to pull it',
  story:
    'As if a clean-up had deleted it between the migration and the rollout. No task of the new version can start.',
  async run(scene) {
    const { stage, proof, say } = scene
    const version = await stage.release('image-missing')
    // Time enough for the clean-up, and no more than AWS itself may take.
    await stage.faults.add({ call: 'ecs:UpdateService', delay: 1_500, times: 1 })
    const deploy = await deployUnderLoad(scene)
    await deploy.running.finishes('Migrate the database')
    await deleteImage()
    const ended = await deploy.end()
    await stoodAsBefore(scene, ended)
    const { ran } = ended
    proof.matches('the cause is named', ran.data.cause, /^The image cannot be pulled: .*not found/)
    proof.is('it says that the service is back', ran.data.rolledBack, true)
    await namedInTime(scene, ran, /The image cannot be pulled/)

    async function deleteImage(): Promise<void> {
      const { aws, stack, copy } = stage
      const imageDigest = await digestOf(aws, stack, (await copy.head()).slice(0, 12))
      const ecr = await aws.ecr()
      await ecr.batchDeleteImage({ repositoryName: stack.repository, imageIds: [{ imageDigest }] })
      say(`the image of ${version} is deleted from the registry`)
    }
  },
}
