import type { Drill } from '../drill'
import { deployUnderLoad, leftNothing } from '../expect'

export const shutdownDuringDeploy: Drill = {
  name: 'shutdown-during-deploy',
  guide: '10.3',
  title: 'an emergency shutdown comes while a deploy is under way',
  story:
    'The shutdown waits for no lock, and wins. The deploy ends as failed, and does not bring the service back.',
  async run(scene) {
    const { stage, proof, retell } = scene
    await stage.release('shutdown-during-deploy')
    const deploy = await deployUnderLoad(scene)
    const { before } = deploy
    await deploy.running.begins('Follow the deployment')
    const shutdown = await stage.run(['emergency-shutdown'], retell('bun runbooks/emergency-shutdown.ts'))
    const { ran } = await deploy.end()
    proof.is('the shutdown ends with exit code 0', shutdown.exitCode, 0)
    proof.is('deploy ends with exit code 1', ran.exitCode, 1)
    proof.matches('it says why', ran.error, /shut down meanwhile/)
    proof.matches('and how to bring the service back', ran.next, /emergency-restore/)
    // Long enough for whatever might still want to start tasks.
    await Bun.sleep(3_000)
    const down = await stage.world()
    proof.is('no task is wanted, and none runs', [down.desired, down.running, down.serving], [0, 0, []])
    proof.is('the address answers 503', down.version, 'HTTP 503')
    proof.is('autoscaling is suspended', down.suspended, [true, true, true])
    await leftNothing(scene, ran)

    const restored = await stage.run(['emergency-restore'], retell('bun runbooks/emergency-restore.ts'))
    const up = await stage.world()
    proof.is('the restore ends with exit code 0', restored.exitCode, 0)
    proof.is('as many tasks run as before', [up.desired, up.running], [before.desired, before.running])
    proof.is(
      'autoscaling is as before',
      [up.suspended, up.min, up.max],
      [before.suspended, before.min, before.max],
    )
    proof.is('what served before serves again', [up.version, up.revision], [before.version, before.revision])
  },
}
