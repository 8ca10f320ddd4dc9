import { type Book, localObjects, type Objects } from '../core'
import { home } from '../core/home'

/** Where journals are: the team's bucket, and what this machine has not been able to bring there. */
export async function stores(book: Book): Promise<{ all: Objects[]; gap: string | undefined }> {
  const local = localObjects(home())
  try {
    const shared = await book.state()
    if (shared.shared) return { all: [shared, local], gap: undefined }
    return { all: [local], gap: 'There is no state bucket yet: these are the runs of this clone only' }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      all: [local],
      gap: `The team's journal could not be read (${why}): these are the runs of this clone only`,
    }
  }
}
