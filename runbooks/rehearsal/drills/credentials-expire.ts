import type { Drill } from '../drill'
import { deployUnderLoad, leftNothing, nobodyNoticed, serves } from '../expect'
import { until } from '../stage/stage'

export const credentialsExpire: Drill = {
  name: 'credentials-expire',
  guide: '8.5',
  title: 'the credentials expire while the rollout is under way',
  story:
    'ECS goes on without its watcher. The deploy says so, and what to type; with new credentials the same command ends it.',
  async run(scene) {
    const { stage, proof, say, retell } = scene
    const version = await stage.release('credentials-expire')
    const deploy = await deployUnderLoad(scene)
    const { before } = deploy
    await deploy.running.begins('Follow the deployment')
    await stage.faults.add({ call: '*:*', kind: 'expired' })
    say('the session of the deploy has expired')
    const { ran, answers } = await deploy.end()
    proof.is('deploy ends with exit code 1', ran.exitCode, 1)
    proof.matches('it says why', ran.error, /credentials: they have expired/)
    proof.matches('and that the rollout goes on', ran.error, /ECS brings the rollout to its end/)
    proof.matches('and what to type', ran.next, /aws sso login.*bun runbooks\/deploy\.ts --environment/)
    const held = (await stage.world()).lock
    proof.is('its lock could not be given back', held?.run, ran.run)
    await until('The rollout has come to its end', async () => (await stage.world()).still)

    await stage.faults.clear()
    say('signed in again')
    const again = await stage.run(['deploy'], retell('bun runbooks/deploy.ts'))
    await serves(scene, version, again)
    nobodyNoticed(scene, answers)
    proof.is(
      'both runs together registered one revision',
      (await stage.world()).revisions,
      before.revisions + 1,
    )
    proof.is("the first run's journal came in with the second's", (await stage.journal(ran.run))?.exitCode, 1)
    await leftNothing(scene, again)
  },
}
