import type { Drill } from '../drill'
import { leftNothing, nobodyNoticed, serves } from '../expect'

/** A moment before, and one after, the service has been moved. */
const moments = ['Push the image', 'Follow the deployment']

export const killedDeploy: Drill = {
  name: 'killed-deploy',
  guide: '5',
  title: 'the deploy is killed with SIGKILL, twice, and started again',
  story:
    'Nobody could put anything in order. The same command finds what is there, goes on, and makes nothing twice.',
  async run(scene) {
    const { stage, proof, say, retell } = scene
    const version = await stage.release('killed-deploy')
    const before = await stage.world()
    const traffic = stage.load()
    for (const moment of moments) {
      const running = stage.start(['deploy'], retell('bun runbooks/deploy.ts'))
      await running.begins(moment)
      running.kill('SIGKILL')
      const { exitCode } = await running.ended
      say(`kill -9 at "${moment}"`)
      proof.is(`it is dead at "${moment}"`, exitCode, 137)
    }
    const ran = await stage.run(['deploy'], retell('bun runbooks/deploy.ts'))
    const answers = await traffic.stop()
    await serves(scene, version, ran)
    nobodyNoticed(scene, answers)
    proof.is(
      'the three runs together registered one revision',
      (await stage.world()).revisions,
      before.revisions + 1,
    )
    await leftNothing(scene, ran)
  },
}
