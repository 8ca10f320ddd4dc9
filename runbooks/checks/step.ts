import { type Book, Failed } from '../core'
import { type Check, type Result, runCheck, type View } from './check'

/** Runs one check as a step of its own: its evidence is its line, and a bad one is seen as such. */
export async function checkStep(book: Book, check: Check, view: View): Promise<Result> {
  let result: Result | undefined
  try {
    await book.read(check.title, async (step) => {
      result = await runCheck(check, view)
      if (result.status !== 'ok') throw new Failed(`${result.status}: ${result.evidence}`)
      step.line(result.evidence)
    })
  } catch (error) {
    // A check that was looked at has its verdict; only an interruption comes through without one.
    if (!result) throw error
  }
  return result!
}
