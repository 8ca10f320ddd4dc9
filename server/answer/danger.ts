import { people } from './handoff.ts'
import { plainOf } from './plain.ts'
import type { Turn } from './types.ts'

/** Wherever it stands in a message, and in whichever of these languages: nothing else that is asked matters as much. */
const danger =
  /\b(kill|hurt|harm|hang|cut|shoot|drown)(t?ing)? (my ?self)\b|\bsuicid|\b(want|going|wish|ready) to die\b|\bwanna die\b|\b(end|ending|take|taking) (my|my own) life\b|\b(don ?t|do not) want to (live|be alive)\b|\bbetter off dead\b|\b(mich|mir) (umbringen|das leben nehmen)\b|\bselbstmord|\bsuizid|\bquiero morir|\bmatarme\b|\bme tuer\b|\b(me matar|quero morrer)\b|\b(uccidermi|voglio morire)\b/

export const help =
  'I am an automated assistant and cannot help with this as a person can, but please do not stay alone with it. ' +
  'In the United States, call or text 988 at any hour, free of charge: the Suicide & Crisis Lifeline. If somebody is in danger now, call 911. ' +
  'Anywhere else, call your local emergency number. ' +
  `Our own colleagues can be reached by phone at ${people.phone} or by e-mail at ${people.email}.`

export const isInDanger = (message: string): boolean => danger.test(plainOf(message))

/** What somebody in danger wrote, and what we answered to it, is between them and us: no model is told of it later. */
export function withoutDanger(history: Turn[]): Turn[] {
  let hidden = false
  return history.filter(({ role, content }) => {
    if (role === 'user') hidden = isInDanger(content)
    return !hidden
  })
}
