import { localUser } from '../../core'
import type { Drill } from '../drill'
import { deployUnderLoad, leftNothing, nobodyNoticed, serves } from '../expect'

export const doubleDeploy: Drill = {
  name: 'double-deploy',
  guide: '5',
  title: 'two people deploy the same environment at once',
  story:
    'One wins. The other is told who holds it since when, and changes nothing. A lock whose holder died expires.',
  async run(scene) {
    const { stage, proof, say, retell } = scene
    const version = await stage.release('double-deploy')
    const deploy = await deployUnderLoad(scene)
    const { before } = deploy
    await deploy.running.begins('Plan')
    const second = await stage.run(['deploy'], retell('bun runbooks/deploy.ts   # the second'))
    proof.is('the second is refused with exit code 4', second.exitCode, 4)
    proof.matches(
      'it names the holder, and since when',
      second.error,
      /locked: deploy by .* since \d{4}-\d\d-\d\dT/,
    )
    proof.atMost('at once', second.seconds, 5, 's')
    const { ran, answers } = await deploy.end()
    await serves(scene, version, ran)
    nobodyNoticed(scene, answers)
    proof.is('one revision was registered', (await stage.world()).revisions, before.revisions + 1)
    await leftNothing(scene, ran)

    say('a machine died with the lock in its hand, a while ago')
    await leaveLock(3_000)
    const early = await stage.run(['deploy'], retell('bun runbooks/deploy.ts'))
    proof.is('until it expires, it holds: exit code 4', early.exitCode, 4)
    await Bun.sleep(4_000)
    const late = await stage.run(['deploy'], retell('bun runbooks/deploy.ts'))
    proof.is('then the same command takes it over', late.exitCode, 0)
    await leftNothing(scene, late)

    /** A lock of another machine that counts as held for so long; ten seconds are granted to differing clocks. */
    async function leaveLock(milliseconds: number): Promise<void> {
      const { aws, stack, bucket } = stage
      const lock = {
        environment: stack.environment,
        who: `arn:aws:iam::123456789012:user/ana (${localUser()})`,
        what: 'deploy',
        run: 'dead0001',
        since: new Date(Date.now() - 240_000).toISOString(),
        until: new Date(Date.now() + milliseconds - 10_000).toISOString(),
        host: 'a-laptop-that-is-no-more',
        pid: 1,
        started: '1',
      }
      const s3 = await aws.s3()
      await s3.putObject({ Bucket: bucket, Key: stack.lockKey, Body: JSON.stringify(lock) })
    }
  },
}
