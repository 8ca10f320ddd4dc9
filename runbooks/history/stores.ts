import { type Book, localObjects, type Objects } from '../core'
import { explain, sentence } from '../core/explain/explain'
import { home } from '../core/home'

/** Why not all of the team's runs were seen. */
export interface Gap {
  text: string
  /** There is a journal that could not be read; where there is no bucket yet, nothing is missing. */
  unread: boolean
  /** What to type so that it can be. */
  next?: string | undefined
}

/**
 * Reads where journals are: the team's bucket, and what this machine has not been able to bring there. Where the bucket
 * cannot be read, what is here is better than nothing, and the gap is said.
 */
export async function fromJournals<T>(
  book: Book,
  look: (places: Objects[]) => Promise<T>,
): Promise<{ found: T; gap: Gap | undefined }> {
  const local = localObjects(home())
  const only = 'these are the runs of this clone only'
  try {
    const shared = await book.state()
    if (shared.shared) return { found: await look([shared, local]), gap: undefined }
    const text = `There is no state bucket in ${book.region} yet: ${only}`
    return { found: await look([local]), gap: { text, unread: false } }
  } catch (error) {
    book.signal.throwIfAborted()
    const text = `The team's journal could not be read: ${sentence(error)}; ${only}`
    return { found: await look([local]), gap: { text, unread: true, next: explain(error)?.next } }
  }
}
