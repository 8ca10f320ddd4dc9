import type { Drill } from '../drill'
import { deployUnderLoad, stoodAsBefore } from '../expect'

export const secretMissing: Drill = {
  name: 'secret-missing',
  guide: '8.2',
  title: 'a secret that tasks need is deleted',
  story:
    'What runs keeps its secrets; what starts cannot read them. The first to start is the migration, so nothing is moved.',
  async run(scene) {
    const { stage, proof, say } = scene
    const { aws, stack } = stage
    const secrets = await aws.secrets()
    const SecretId = stack.databaseSecret
    const version = await stage.release('secret-missing')
    const deploy = await deployUnderLoad(scene)
    try {
      await deploy.running.begins('Push the image')
      await secrets.deleteSecret({ SecretId, RecoveryWindowInDays: 7 })
      say(`${SecretId} is scheduled for deletion`)
      const ended = await deploy.end()
      await stoodAsBefore(scene, ended)
      const { ran } = ended
      proof.matches('the cause is named', ran.data.cause, /^A secret cannot be read at start: .*deletion/)
      const lines = ran.events.map(({ text = '' }) => text).join('\n')
      proof.matches("in AWS's words too", lines, /ResourceInitializationError/)
      proof.is('no deployment was started', ran.data.deployment, null)
      proof.is(`nothing answers as ${version}`, Object.keys(ended.answers.versions), [ended.before.version])
    } finally {
      await secrets.restoreSecret({ SecretId })
      say(`${SecretId} is restored`)
    }
  },
}
