import type { Drill } from '../drill'
import { deployUnderLoad, namedInTime, stoodAsBefore } from '../expect'

export const crashOnStart: Drill = {
  name: 'crash-on-start',
  guide: '10.1',
  title: 'the new version ends as soon as it starts',
  story:
    'ECS tries it a few times, gives it up and goes back. The deploy says why as soon as the first task has died.',
  async run(scene) {
    const { stage, proof } = scene
    await stage.release('crash-on-start', {
      'server/main.ts': (text) =>
        `if (process.argv[2] !== 'migrate') throw new Error('the paint is still wet')\n${text}`,
    })
    const deploy = await deployUnderLoad(scene)
    const ended = await deploy.end()
    await stoodAsBefore(scene, ended)
    const { ran } = ended
    proof.matches(
      "the cause is named, in the task's own last words",
      ran.data.cause,
      /exited with code 1: .*the paint is still wet/,
    )
    proof.is('it says that the service is back', ran.data.rolledBack, true)
    await namedInTime(scene, ran, /exited with code 1/)
  },
}
