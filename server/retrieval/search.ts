import type { Section } from './documents.ts'
import { synonymsOf } from './synonyms.ts'
import { nearest } from './typos.ts'
import { contentStems, stems, stop } from './words.ts'

export interface Hit {
  section: Section
  score: number
  /** Share of what was asked that the section speaks about, 0 to 1. */
  coverage: number
}

export interface Found {
  /** Best first. Only the first `confident` ones are held to answer the question. */
  hits: Hit[]
  confident: number
}

export interface Search {
  find(question: string, context?: string): Found
}

/** Below this share of the question's content words a section does not answer it, however high it scores. */
const leastCoverage = 0.5
const weights = { heading: 3, asks: 2.5, title: 1.5, body: 1 }
const synonymWeight = 0.8
const typoWeight = 0.85
const contextWeight = 0.35

interface Indexed {
  section: Section
  frequency: Map<string, number>
  length: number
  /** Content stems of each phrase in which customers ask for the section. */
  phrases: string[][]
  /** The same phrases word for word, stop words included. */
  verbatim: string[]
}

/** BM25 over sections, with synonyms and typos, and a gate that asks whether the question is covered at all. */
export function createSearch(sections: Section[]): Search {
  const indexed = sections.map(index)
  const inSections = new Map<string, number>()
  for (const { frequency } of indexed) {
    for (const word of frequency.keys()) inSections.set(word, (inSections.get(word) ?? 0) + 1)
  }
  const average = indexed.reduce((sum, one) => sum + one.length, 0) / indexed.length
  const idf = (word: string) => {
    const n = inSections.get(word) ?? 0
    return Math.log(1 + (indexed.length - n + 0.5) / (n + 0.5))
  }
  const unknownIdf = idf('\0')

  /** What a word of the question may stand for, with how sure we are. */
  function meanings(word: string): Map<string, number> | undefined {
    const found = new Map<string, number>()
    const add = (candidate: string, weight: number) => {
      if (inSections.has(candidate) && (found.get(candidate) ?? 0) < weight) found.set(candidate, weight)
    }
    const known = inSections.has(word)
    add(word, 1)
    for (const other of synonymsOf(word)) add(other, synonymWeight)
    if (found.size === 0 && !known) {
      // "polcy" is a slip of a word that carries no topic: not an unknown topic.
      if (nearest(word, stop)) return undefined
      const meant = nearest(word, inSections.keys())
      if (meant) {
        add(meant, typoWeight)
        for (const other of synonymsOf(meant)) add(other, typoWeight * synonymWeight)
      }
    }
    return found
  }

  function score(one: Indexed, word: string): number {
    const tf = one.frequency.get(word) ?? 0
    if (tf === 0) return 0
    return (idf(word) * tf * 2.2) / (tf + 1.2 * (0.25 + 0.75 * (one.length / average)))
  }

  return {
    find(question, context = '') {
      const literally = ` ${stems(question).join(' ')} `
      const asked = [...new Set(contentStems(question))].slice(0, 40)
      const before = [...new Set(contentStems(context))].filter((word) => !asked.includes(word)).slice(0, 40)
      const terms = [
        ...asked.map((word) => ({ word, weight: 1 })),
        ...before.map((word) => ({ word, weight: contextWeight })),
      ].flatMap((term) => {
        const all = meanings(term.word)
        return all && (term.weight === 1 || all.size > 0) ? [{ ...term, meanings: all }] : []
      })
      const importance = (word: string) => (inSections.has(word) ? idf(word) : unknownIdf)
      const termWeights = terms.map(({ word, weight, meanings: all }) => {
        const best = all.size === 0 ? importance(word) : Math.max(...[...all.keys()].map(idf))
        return weight * best
      })
      const whole = termWeights.reduce((sum, weight) => sum + weight, 0)
      if (whole === 0) return { hits: [], confident: 0 }

      const hits = indexed
        .map((one): Hit => {
          let total = 0
          let covered = 0
          const matched = new Map<string, number>()
          terms.forEach((term, position) => {
            let best = 0
            let sureness = 0
            for (const [word, sure] of term.meanings) {
              const value = score(one, word) * sure
              if (value > best) best = value
              if (one.frequency.has(word)) {
                sureness = Math.max(sureness, sure)
                matched.set(word, Math.max(matched.get(word) ?? 0, sure * term.weight))
              }
            }
            total += best * term.weight
            covered += sureness * termWeights[position]!
          })
          return {
            section: one.section,
            score: total + phraseBonus(one, matched) + literalBonus(one, literally),
            coverage: covered / whole,
          }
        })
        .filter((hit) => hit.score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, 5)
      const confident = hits.findIndex((hit) => hit.coverage < leastCoverage)
      return { hits, confident: confident === -1 ? hits.length : confident }
    },
  }

  /** A phrase that the customer typed as it stands settles a tie, even where its words are common ones. */
  function literalBonus(one: Indexed, literally: string): number {
    let longest = 0
    for (const phrase of one.verbatim) {
      if (phrase.length > longest && literally.includes(` ${phrase} `)) longest = phrase.length
    }
    return longest / 6
  }

  /** The best phrase of a section whose every word was asked for: "charged twice" beats "charged" and "twice" apart. */
  function phraseBonus(one: Indexed, matched: Map<string, number>): number {
    let best = 0
    for (const phrase of one.phrases) {
      if (phrase.length === 0) continue
      let bonus = 0
      for (const word of phrase) {
        const sure = matched.get(word)
        if (!sure) {
          bonus = 0
          break
        }
        bonus += idf(word) * sure
      }
      best = Math.max(best, bonus)
    }
    return best
  }
}

function index(section: Section): Indexed {
  const frequency = new Map<string, number>()
  let length = 0
  const add = (text: string, weight: number) => {
    for (const word of contentStems(text)) {
      frequency.set(word, (frequency.get(word) ?? 0) + weight)
      length += 1
    }
  }
  add(section.heading, weights.heading)
  add(section.title, weights.title)
  for (const ask of section.asks) add(ask, weights.asks)
  for (const paragraph of section.paragraphs) add(paragraph, weights.body)
  const phrases = [section.heading, ...section.asks].map((phrase) => [...new Set(contentStems(phrase))])
  const verbatim = [section.heading, ...section.asks].map((phrase) => stems(phrase).join(' '))
  return { section, frequency, length, phrases, verbatim }
}
