import { type Book, type Change, Interrupted, Refused } from '../core'

export type Attempt = <T>(change: Change<T>) => Promise<T | undefined>

/**
 * What would be good to have must not keep the service from being stopped: it is tried, and what did not work is said
 * at the end, with the command that does it.
 */
export function attempts(book: Book): { attempt: Attempt; troubles: string[]; commands: string[] } {
  const troubles: string[] = []
  const commands: string[] = []
  async function attempt<T>(change: Change<T>): Promise<T | undefined> {
    try {
      return await book.change(change)
    } catch (error) {
      if (error instanceof Interrupted || error instanceof Refused) throw error
      const { name, message } = error as Error
      troubles.push(`${change.title}: ${name === 'Error' ? message : `${name}: ${message}`}`)
      commands.push(...[change.equivalent].flat())
      return undefined
    }
  }
  return { attempt, troubles, commands }
}
