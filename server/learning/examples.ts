import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knowledge } from '../retrieval/documents.ts'
import { none } from '../retrieval/learned.ts'

/** A text, and the section that it asks for, or `none`; then of what kind it is. */
export interface Asked {
  text: string
  section: string
  kind?: string
}

const notCovered = 'not-covered.md'

/** The questions of `knowledge/asked`: a file for each document, under its headings, and one of what none answers. */
export async function readAsked(folder: string, { sections }: Pick<Knowledge, 'sections'>): Promise<Asked[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort()
  const asked: Asked[] = []
  for (const name of names) {
    const parts = (await Bun.file(join(folder, name)).text()).split(/^## /m).slice(1)
    for (const part of parts) {
      const [heading = '', ...lines] = part.split('\n')
      const about =
        name === notCovered
          ? { section: none, kind: heading.trim() }
          : { section: sectionOf(name, heading, sections) }
      for (const line of lines) if (line.startsWith('- ')) asked.push({ text: line.slice(2), ...about })
    }
  }
  return asked
}

function sectionOf(name: string, heading: string, sections: Knowledge['sections']): string {
  const document = name.replace(/\.md$/, '')
  const found = sections.find((one) => one.id.startsWith(`${document}#`) && one.heading === heading.trim())
  if (!found)
    throw new Error(
      `Read questions: ${name} has questions for "${heading}", which is no section of ${document}`,
    )
  return found.id
}

/** What a document itself says, sentence by sentence under its heading, and the words in which its author expects to be asked. */
export function textsOf({ sections }: Pick<Knowledge, 'sections'>): Asked[] {
  return sections.flatMap(({ id, title, heading, asks, paragraphs }) => [
    { text: `${title} ${heading}`, section: id },
    ...asks.map((text) => ({ text, section: id })),
    ...paragraphs
      .flatMap((text) => text.split(/(?<=[.!?;])\s/))
      .map((text) => ({ text: `${heading}. ${text}`, section: id })),
  ])
}

export const hashOf = (asked: Asked[]): string =>
  new Bun.CryptoHasher('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16)
