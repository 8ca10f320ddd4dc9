import { type Frame, read } from '../step'
import { survivors } from './survivors'

/** Waits for what a killed run left at work here: starting beside it would find the state locked, or half-made things. */
export async function outlast(frame: Frame, environment: string): Promise<void> {
  const [first] = survivors(environment)
  if (!first) return
  const title = `Wait for ${first.command.split(' ')[0]}, which a killed ${first.runbook} left at work`
  await read(frame, title, async (step) => {
    for (let left = survivors(environment); left.length > 0; left = survivors(environment)) {
      step.signal.throwIfAborted()
      step.waiting(left.map(({ pid }) => `process ${pid}`).join(', '))
      await Bun.sleep(500)
    }
  })
}
