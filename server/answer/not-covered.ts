import { sayInOther } from './foreign.ts'
import { dontKnow, handoff } from './handoff.ts'
import { languageOf } from './language.ts'
import { soothe } from './smalltalk.ts'
import type { Answer } from './types.ts'

/** What is said where no document answers: always with people to turn to, and in words that the customer can read. */
export function notCovered(question: string, byModel = false): Pick<Answer, 'text' | 'handoff'> {
  const language = languageOf(question)
  if (language) return { text: sayInOther(language, byModel), handoff: handoff('not_covered') }
  return soothe(question) ?? { text: dontKnow, handoff: handoff('not_covered') }
}
