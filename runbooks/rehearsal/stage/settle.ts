import { type Book, Failed, type Step } from '../../core'
import type { Ran } from './runs'
import type { Stage } from './stage'

/** What fails its health checks is to be seen failing in seconds: an environment made for drills waits less. */
const impatience = 'health_check_interval = 5\nhealth_check_grace_period = 10\n'

/** Leads the environment to where a drill can begin: deployed, and serving what the copy holds. */
export async function prepare(book: Book, stage: Stage): Promise<void> {
  if (!(await stage.find())) {
    await book.read('The stage: setup', (step) => quietly(stage, ['setup'], step))
    const values = `terraform/aws/environments/${stage.stack.environment}.tfvars`
    stage.base = await stage.copy.edit({ [values]: (text) => `${text}\n${impatience}` }, 'Values for drills')
  }
  await book.read('The stage: deploy', (step) => quietly(stage, ['deploy'], step))
  await stage.find()
}

/** After a drill the environment serves, and what it serves is the next one's old version. */
export async function settle(book: Book, stage: Stage): Promise<void> {
  const { version, desired, running, still, suspended } = await stage.world()
  const well = desired > 0 && running === desired && still && !suspended.includes(true)
  if (well && version === (await stage.copy.version())) {
    stage.base = await stage.copy.head()
    return
  }
  await stage.copy.checkout(stage.base)
  if (well && version === (await stage.copy.version())) return
  await book.read('Bring the environment back', async (step) => {
    if (desired === 0 || suspended.includes(true))
      await quietly(stage, ['emergency-restore', '--desired-count', '2'], step, [0, 1])
    await quietly(stage, ['deploy'], step)
  })
}

/** What served before the first drill serves again: the rehearsal is somebody's. */
export async function putBack(book: Book, stage: Stage, commit: string): Promise<void> {
  await settle(book, stage)
  if (stage.base === commit) return
  await stage.copy.checkout(commit)
  await book.read('Deploy again what served before', (step) => quietly(stage, ['deploy'], step))
}

async function quietly(stage: Stage, words: string[], step: Step, allow = [0]): Promise<Ran> {
  const ran = await stage.run(words, ({ type, title, text }) => {
    if (type === 'step.started') step.waiting(title ?? '')
    if (type === 'step.waiting') step.waiting(`${title}: ${text}`)
  })
  if (allow.includes(ran.exitCode)) return ran
  throw new Failed(`Prepare the stage: ${words[0]} ended with ${ran.exitCode}: ${ran.error}`, {
    next: ran.next,
  })
}
