import type { Knowledge, Section } from './documents.ts'
import { indexUnlearned, shareOf } from './unlearned.ts'
import { contentStems, wordsOf } from './words.ts'

export interface Hit {
  section: Section
  /** How much surer it is than that nothing answers; see `Learned`. */
  score: number
}

export interface Found {
  /** Those held to answer the question first, best first. */
  hits: Hit[]
  confident: number
}

export interface Search {
  find(question: string, context?: string): Found
}

const mostHits = 5
/** Beside a section that surely answers, one that comes this close may answer too: two questions in one are two answers. */
export const companion = 0.6
/** A document that is not learned yet, and speaks of all that is asked, comes before those that are only sure. */
const ofAllWords = 2

/** Finds by what was learned from the questions in `knowledge/asked`, and what is not learned yet by its words. */
export function createSearch({ sections, learned }: Pick<Knowledge, 'sections' | 'learned'>): Search {
  const placed = sections.map((section) => ({ section, column: learned.column(section.id) }))
  const unlearned = placed
    .filter(({ column }) => column === undefined)
    .map(({ section }) => indexUnlearned(section))
  return {
    find(question, context = '') {
      if (wordsOf(question).length === 0) return { hits: [], confident: 0 }
      const sureness = learned.judge(question, context)
      const stems = new Set(contentStems(question))
      const hits = [
        ...placed.flatMap(({ section, column }) =>
          column === undefined ? [] : [{ section, score: sureness[column]! }],
        ),
        ...unlearned
          .map((one) => ({ section: one.section, score: shareOf(one, stems) * ofAllWords }))
          .filter(({ score }) => score > 0),
      ]
        .filter(({ score }) => score > learned.least - companion)
        .sort((a, b) => b.score - a.score)
        .slice(0, mostHits)
      const best = hits[0]?.score ?? 0
      const confident = hits.filter(({ score }) => score > Math.max(best, learned.least) - companion).length
      return { hits, confident: best > learned.least ? confident : 0 }
    },
  }
}
