import type { Book } from '../core'

/** The command that does the same again, or goes on where it was. */
export const again = (book: Pick<Book, 'environment'>, ...flags: string[]) =>
  ['bun runbooks/rollback.ts', ...flags, `--environment ${book.environment}`].join(' ')
