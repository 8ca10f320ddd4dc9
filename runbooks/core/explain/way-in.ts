import type { Book } from '../book'
import { explain } from './explain'

/** Where AWS shows nothing at all: what to type when it cannot even be asked who asks. */
export const wayIn = (book: Book): Promise<string | undefined> =>
  book.identity().then(
    () => undefined,
    (error: unknown) => explain(error)?.next,
  )
