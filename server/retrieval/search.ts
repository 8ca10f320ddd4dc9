import { cuesOf } from './cues.ts'
import type { Section } from './documents.ts'
import { type Indexed, index, wordsOf } from './section-index.ts'
import { synonymsOf } from './synonyms.ts'
import { nearest } from './typos.ts'
import { contentWords, isColour, stems, stop, type Word } from './words.ts'

export interface Hit {
  section: Section
  score: number
  /** Share of what was asked that the section speaks about, 0 to 1. */
  coverage: number
}

export interface Found {
  /** Those held to answer the question first, then the others, each best first. */
  hits: Hit[]
  confident: number
}

export interface Search {
  find(question: string, context?: string): Found
}

/** Tuned with `server/eval`; a third of its cases was never looked at. */
const tuning = {
  /** Below this share of the question's content a section does not answer it, however high it scores. */
  leastCoverage: 0.55,
  synonym: 0.7,
  typo: 0.85,
  context: 0.35,
  colour: 0.35,
  cue: 1.2,
  /** "How much is it?" is nothing but its cue. */
  bareCue: 4,
  literal: 1 / 6,
  lead: 1,
}

interface Term {
  /** Words of the documents that it may stand for, with how sure we are. */
  meanings: Map<string, number>
  weight: number
  importance: number
  colour: boolean
}

/** BM25 over sections, with synonyms and typos, and a gate that asks whether the question is covered at all. */
export function createSearch(sections: Section[]): Search {
  const indexed = sections.map((section, at) => index(section, section.title !== sections[at - 1]?.title))
  const inSections = new Map<string, number>()
  const typed = new Set<string>()
  for (const { weight, section } of indexed) {
    for (const word of weight.keys()) inSections.set(word, (inSections.get(word) ?? 0) + 1)
    for (const { typed: word } of wordsOf(section)) typed.add(word)
  }
  const average = indexed.reduce((sum, one) => sum + one.length, 0) / indexed.length
  const idf = (word: string) => {
    const n = inSections.get(word) ?? 0
    return Math.log(1 + (indexed.length - n + 0.5) / (n + 0.5))
  }

  /** What a word of the question may stand for; nothing when it is a slip of a word that carries no topic. */
  function meaningsOf(word: Word): Map<string, number> | undefined {
    const found = new Map<string, number>()
    const add = (candidate: string, sureness: number) => {
      if (inSections.has(candidate) && (found.get(candidate) ?? 0) < sureness) found.set(candidate, sureness)
    }
    add(word.stem, 1)
    for (const other of synonymsOf(word.stem)) add(other, tuning.synonym)
    if (found.size > 0) return found
    if (nearest(word.typed, stop)) return undefined
    const meant = nearest(word.typed, typed)
    if (!meant) return found
    const stem = contentWords(meant)[0]?.stem ?? meant
    add(stem, tuning.typo)
    for (const other of synonymsOf(stem)) add(other, tuning.typo * tuning.synonym)
    return found
  }

  function termsOf(text: string, weight: number, known: Set<string>): Term[] {
    return contentWords(text).flatMap((word): Term[] => {
      if (known.has(word.stem) || known.size > 60) return []
      known.add(word.stem)
      const meanings = meaningsOf(word)
      // Two letters that nobody knows are noise, and so is "yuo".
      const noise = meanings?.size === 0 && (weight < 1 || word.typed.length < 3 || isScrambled(word.typed))
      if (!meanings || noise) return []
      const colour = isColour(word.stem)
      const importance = meanings.size === 0 ? idf('\0') : Math.max(...[...meanings.keys()].map(idf))
      return [{ meanings, weight, importance: importance * (colour ? tuning.colour : 1), colour }]
    })
  }

  function judge(one: Indexed, terms: Term[], literally: string, cues: string[], cueWorth: number): Hit {
    let score = 0
    let covered = 0
    const matched = new Map<string, number>()
    for (const { meanings, weight, importance } of terms) {
      let best = 0
      let sureness = 0
      for (const [word, sure] of meanings) {
        const at = one.weight.get(word)
        if (at === undefined) continue
        best = Math.max(best, idf(word) * saturated(at, one.length / average) * sure)
        sureness = Math.max(sureness, sure)
        matched.set(word, Math.max(matched.get(word) ?? 0, sure * weight))
      }
      score += best * weight
      covered += sureness * importance * weight
    }
    const literal = longest(one.verbatim, literally)
    const whole = terms.reduce((sum, term) => sum + term.importance * term.weight, 0)
    // Asked about a document as a whole, its first section answers.
    const lead = one.lead.some((word) => matched.has(word)) ? tuning.lead : 0
    const cue = cues.filter((name) => one.cues.has(name)).length
    return {
      section: one.section,
      score:
        score === 0
          ? 0
          : score + phraseBonus(one, matched) + literal * tuning.literal + cue * cueWorth + lead,
      coverage: hasEvidence(one, terms, matched, literal) ? covered / whole : 0,
    }
  }

  /**
   * Words that only colour a question are no evidence of its topic, and a single word only where it names the section:
   * "employees" stands in "complain about an employee", which is not about how many there are.
   */
  function hasEvidence(one: Indexed, terms: Term[], matched: Map<string, number>, literal: number): boolean {
    if (literal > 8) return true
    const own = terms.filter(
      ({ weight, meanings }) => weight === 1 && [...meanings.keys()].some((word) => matched.has(word)),
    )
    const found = own.filter(({ colour }) => !colour)
    // Three words in one place are no coincidence, colourless as each may be.
    if (own.length >= 3) return true
    if (found.length !== 1) return found.length > 1
    return [...found[0]!.meanings.keys()].some((word) => matched.has(word) && one.names.has(word))
  }

  /** The best phrase of a section whose every word was asked for: "charged twice" beats "charged" and "twice" apart. */
  function phraseBonus(one: Indexed, matched: Map<string, number>): number {
    let best = 0
    for (const phrase of one.phrases) {
      if (phrase.length === 0 || !phrase.every((word) => matched.has(word))) continue
      best = Math.max(
        best,
        phrase.reduce((sum, word) => sum + idf(word) * matched.get(word)!, 0),
      )
    }
    return best
  }

  return {
    find(question, context = '') {
      const known = new Set<string>()
      const own = termsOf(question, 1, known)
      // "How long does it take?" says nothing of what: then the topic is what was asked before.
      const bare = own.every(({ colour }) => colour)
      const before = termsOf(context, bare ? 1 : tuning.context, known).filter(({ colour }) => !colour)
      const terms = [...own, ...before]
      if (terms.length === 0) return { hits: [], confident: 0 }
      const literally = ` ${stems(question).join(' ')} `
      const cues = cuesOf(question)
      const hits = indexed
        .map((one) => judge(one, terms, literally, cues, bare ? tuning.bareCue : tuning.cue))
        .filter((hit) => hit.score > 0)
        .sort((a, b) => b.score - a.score)
      const sure = hits.filter(answers)
      const unsure = hits.filter((hit) => !answers(hit))
      return { hits: [...sure, ...unsure].slice(0, 5), confident: Math.min(sure.length, 5) }
    },
  }
}

/** A section that scores high may leave a little more of the question open. */
const answers = ({ coverage, score }: Hit): boolean =>
  coverage >= tuning.leastCoverage - Math.min(0.12, Math.max(0, score - 12) * 0.02)

const sortedLetters = (word: string) => [...word].sort().join('')
const shortStops = new Set([...stop].filter((word) => word.length === 3).map(sortedLetters))

/** A word of three letters in the wrong order, too short for the measure of typos. */
const isScrambled = (word: string) => word.length === 3 && shortStops.has(sortedLetters(word))

/** BM25's saturation: the second place where a word stands says less than the first. */
const saturated = (at: number, length: number) => (at * 2.2) / (at + 1.2 * (0.25 + 0.75 * length))

/** A phrase that the customer typed as it stands settles a tie, even where its words are common ones. */
function longest(phrases: string[], literally: string): number {
  let length = 0
  for (const phrase of phrases) {
    if (phrase.length > length && literally.includes(` ${phrase} `)) length = phrase.length
  }
  return length
}
