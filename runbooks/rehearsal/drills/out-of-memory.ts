import type { Drill } from '../drill'
import { deployUnderLoad, stoodAsBefore } from '../expect'
import { beforeServing } from '../stage/edits'

export const outOfMemory: Drill = {
  name: 'out-of-memory',
  guide: '8.2',
  title: 'the new version takes more memory than its task has',
  story:
    'It is killed with exit code 137 before it ever answers. 137 alone could be anything; the reason says memory.',
  async run(scene) {
    const { stage, proof } = scene
    await stage.release('out-of-memory', {
      'server/main.ts': (text) => beforeServing('await hoard()')(text) + hoard,
    })
    const deploy = await deployUnderLoad(scene)
    const ended = await deploy.end()
    await stoodAsBefore(scene, ended)
    const { ran } = ended
    proof.matches(
      'the cause is named',
      ran.data.cause,
      /ran out of memory \(exit code 137\): raise ecs_task_memory/,
    )
    proof.is('it says that the service is back', ran.data.rolledBack, true)
  },
}

/** A leak of 64 MB, thirty times a second: the memory is gone before anybody misses an answer. */
const hoard = `
async function hoard() {
  const kept: Buffer[] = []
  for (;;) {
    if (kept.length < 24) kept.push(Buffer.alloc(64 * 2 ** 20, kept.length + 1))
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
`
