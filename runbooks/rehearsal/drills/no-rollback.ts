import type { Drill } from '../drill'
import { deployUnderLoad, leftNothing, nobodyNoticed } from '../expect'
import { must } from '../stage/programs'
import { until } from '../stage/stage'

export const noRollback: Drill = {
  name: 'no-rollback',
  guide: '10.4',
  title: 'the new version ends as soon as it starts, and is to be looked at: --no-rollback',
  story:
    'ECS gives it up and goes not back. What served goes on serving, and the deploy prints the one command that ends it.',
  async run(scene) {
    const { stage, proof, say } = scene
    await stage.release('no-rollback', {
      'server/main.ts': (text) =>
        `if (process.argv[2] !== 'migrate') throw new Error('the paint is still wet')\n${text}`,
    })
    const deploy = await deployUnderLoad(scene, '--no-rollback')
    const { ran, answers, before } = await deploy.end()
    const left = await stage.world()
    proof.is('deploy ends with exit code 1', ran.exitCode, 1)
    proof.matches('the cause is named', ran.data.cause, /exited with code 1: .*the paint is still wet/)
    proof.is('it says that nothing was taken back', ran.data.rolledBack, false)
    proof.is('the service is set to the new revision', left.revision, nameOf(ran.data.to?.taskDefinition))
    proof.is('the tasks of the old one still run', left.serving, [before.revision])
    nobodyNoticed(scene, answers, `${before.version} went on serving: `)
    await leftNothing(scene, ran)

    say(`$ ${ran.next}`)
    await must(['sh', '-c', ran.next], { env: stage.env })
    await until('Nothing is being rolled out', async () => (await stage.world()).still)
    const now = await stage.world()
    proof.is(
      'after that command all is as before',
      [now.revision, now.serving, now.running, now.version],
      [before.revision, before.serving, before.running, before.version],
    )
  },
}

const nameOf = (arn = '') => arn.split('/').at(-1)
