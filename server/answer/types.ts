import type { Hit } from '../retrieval/search.ts'

export interface Source {
  id: string
  title: string
  section: string
  updated: string
}

/** Said when the documents do not answer: who does. */
export interface Handoff {
  reason: 'not_covered' | 'asked_for_a_person' | 'upset' | 'in_danger'
  phone: string
  email: string
}

export interface Turn {
  role: 'user' | 'assistant'
  content: string
}

/** A complete answer; a stream that broke never becomes one. */
export interface Answer {
  text: string
  sources: Source[]
  /** The model's name, or `extractive` when the documents themselves answered. */
  model: string
  handoff?: Handoff
  /** Set when the model was wanted and could not answer. */
  fallback?: boolean
}

export const sourceOf = ({ section }: Pick<Hit, 'section'>): Source => ({
  id: section.id,
  title: section.title,
  section: section.heading,
  updated: section.updated,
})
