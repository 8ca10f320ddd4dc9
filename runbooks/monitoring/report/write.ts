import { writeFile } from 'node:fs/promises'
import { type Book, Usage } from '../../core'
import { timelineOf } from '../../timeline/tell'
import type { Judged } from '../once'
import { page } from './page'

/** Writes what was seen, and what happened meanwhile, as one page. */
export async function writeReport(book: Book, file: string, all: Judged[]): Promise<void> {
  await book.read('Report', async (step) => {
    const reported = await Promise.all(
      all.map(async (one) => ({
        ...one,
        timeline: await timelineOf(book, one.look.environment, new Date(one.look.window.from * 1000)),
      })),
    )
    await writeFile(file, page(reported)).catch((error: NodeJS.ErrnoException) => {
      throw new Usage(`--report ${file}: it cannot be written (${error.code})`)
    })
    step.line(file)
  })
}
