import type { Drill } from '../drill'
import { deployUnderLoad, stoodAsBefore } from '../expect'

export const healthCheckFails: Drill = {
  name: 'health-check-fails',
  guide: '8.3',
  title: 'the new version runs, and answers its health check with 500',
  story:
    'Its tasks are up and get no request. When their grace period is over ECS replaces them, and in the end goes back.',
  async run(scene) {
    const { stage, proof } = scene
    await stage.release('health-check-fails', {
      'server/routes/health.ts': (text) =>
        text.replace('new Response(alive, { headers })', 'new Response(alive, { headers, status: 500 })'),
    })
    const deploy = await deployUnderLoad(scene)
    const ended = await deploy.end()
    await stoodAsBefore(scene, ended)
    const { ran, answers, before } = ended
    proof.matches('the cause names the check, and the answer it got', ran.data.cause, /health.*\[500\]/)
    proof.is('nobody was answered by the new version', Object.keys(answers.versions), [before.version])
    proof.is('it says that the service is back', ran.data.rolledBack, true)
  },
}
