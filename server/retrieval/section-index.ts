import { cuesOf } from './cues.ts'
import type { Section } from './documents.ts'
import { contentWords, stems, type Word } from './words.ts'

/** What a word weighs by the place where it stands. */
const fields = { heading: 3, asks: 2.5, title: 1.5, body: 1 }

export interface Indexed {
  section: Section
  /** Where a word stands decides what it weighs; how often it stands there does not. */
  weight: Map<string, number>
  length: number
  /** Content stems of each phrase in which customers ask for the section. */
  phrases: string[][]
  /** The same phrases word for word, stop words included. */
  verbatim: string[]
  cues: Set<string>
  /** Words that alone stand for the section: of its heading and title, and phrases of one word. */
  names: Set<string>
  /** Words of the document's title, in its first section only. */
  lead: string[]
}

export const wordsOf = (section: Section): Word[] =>
  [section.heading, section.title, ...section.asks, ...section.paragraphs].flatMap(contentWords)

export function index(section: Section, isLead: boolean): Indexed {
  const weight = new Map<string, number>()
  const field = (texts: string[], worth: number) => {
    for (const stem of new Set(texts.flatMap(contentWords).map((word) => word.stem))) {
      weight.set(stem, (weight.get(stem) ?? 0) + worth)
    }
  }
  field([section.heading], fields.heading)
  field(section.asks, fields.asks)
  field([section.title], fields.title)
  field(section.paragraphs, fields.body)
  const asked = [section.heading, ...section.asks]
  const phrases = asked.map((phrase) => [...new Set(contentWords(phrase).map((word) => word.stem))])
  const named = [section.heading, section.title].flatMap(contentWords).map((word) => word.stem)
  return {
    section,
    weight,
    length: weight.size,
    phrases,
    names: new Set([...named, ...phrases.filter((phrase) => phrase.length === 1).flat()]),
    lead: isLead ? contentWords(section.title).map((word) => word.stem) : [],
    verbatim: asked.map((phrase) => stems(phrase).join(' ')),
    cues: new Set(asked.flatMap(cuesOf)),
  }
}
