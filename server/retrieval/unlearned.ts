import type { Section } from './documents.ts'
import { contentStems } from './words.ts'

/**
 * A document that was added or renamed while the server runs is found by its words until `bun run learn` knows it: where it
 * speaks of most of what is asked, and its heading, its title or its `asks` of a part of it.
 */
const leastShare = 0.6
const leastWords = 2

export interface Unlearned {
  section: Section
  names: Set<string>
  words: Set<string>
}

export function indexUnlearned(section: Section): Unlearned {
  const names = new Set([section.heading, section.title, ...section.asks].flatMap(contentStems))
  return { section, names, words: new Set([...names, ...section.paragraphs.flatMap(contentStems)]) }
}

/** The share of a question's words that the section has, 0 where that is no evidence. */
export function shareOf({ names, words }: Unlearned, stems: Set<string>): number {
  const found = [...stems].filter((stem) => words.has(stem))
  const share = found.length / stems.size
  const isEvidence =
    found.length >= leastWords && share >= leastShare && found.some((stem) => names.has(stem))
  return isEvidence ? share : 0
}
