import type { Drill } from '../drill'
import { deployUnderLoad, stoodAsBefore } from '../expect'

export const verifyFails: Drill = {
  name: 'verify-fails',
  guide: '6',
  title: 'the new version is healthy, and answers wrongly',
  story:
    'To ECS the deployment is a success: every task is healthy. The verification asks a question, and the deploy goes back.',
  async run(scene) {
    const { stage, proof } = scene
    const version = await stage.release('verify-fails', {
      'server/knowledge/refunds.md': (text) => text.replaceAll('30 days', 'a while'),
    })
    const deploy = await deployUnderLoad(scene)
    const ended = await deploy.end()
    await stoodAsBefore(scene, ended)
    const { ran, answers } = ended
    proof.matches('the cause names what was not well', ran.data.cause, /checks are not ok: answer/)
    proof.is('the new version did answer meanwhile', (answers.versions[version] ?? 0) > 0, true)
    proof.is('it says that the service is back', ran.data.rolledBack, true)
  },
}
