import type { Handoff } from './types.ts'

/** The same numbers as in knowledge/contact.md; a test holds them against each other. */
export const people = { phone: '1-800-555-0142', email: 'support@tria.example' }

export const handoff = (reason: Handoff['reason']): Handoff => ({ reason, ...people })

/** A model that says so in its own words, not with the mark it was asked for. */
export const admitsNotKnowing = (text: string): boolean =>
  /^\W*(i['’]?m (sorry|afraid)\W+)?(but )?(i|we) (don['’]?t|do not|cannot|can['’]?t) (know|have (that|this|any|enough|the) information|find (that|this|any))/i.test(
    text,
  )

const colleague = `A colleague can help you by phone at ${people.phone} or by e-mail at ${people.email}.`

export const dontKnow = `I don't know: our policy documents do not answer that. ${colleague}`

const longestQuote = 100

/** Of several questions, the one that no document answers. */
export function dontKnowThat(question: string): string {
  const asked = question.length > longestQuote ? `${question.slice(0, longestQuote)}…` : question
  return `I don't know about “${asked.toWellFormed()}”: our policy documents do not answer that. ${colleague}`
}
