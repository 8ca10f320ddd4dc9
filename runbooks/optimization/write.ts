import { writeFile } from 'node:fs/promises'
import { type Book, Usage } from '../core'
import { comparisonMarkdown, estimateMarkdown } from '../costs'
import type { Optimized } from './data'
import { page } from './page'

/** The same for other readers: a pull request, a pipeline's page, a browser. */
export async function write(
  book: Book,
  found: Optimized,
  { markdown, report }: { markdown?: string | undefined; report?: string | undefined },
): Promise<void> {
  const text = found.comparison ? comparisonMarkdown(found.comparison) : estimateMarkdown(found.baseline)
  book.summary(text)
  if (markdown) await save(book, 'markdown', markdown, `${text}\n`)
  if (report) await save(book, 'report', report, page(book.environment, found))
}

async function save(book: Book, flag: string, file: string, text: string): Promise<void> {
  await book.read(`Write ${file}`, () =>
    writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
      throw new Usage(`--${flag} ${file}: it cannot be written (${error.code})`)
    }),
  )
}
