import { contentStems } from '../retrieval/words.ts'
import { help, isInDanger } from './danger.ts'
import { handoff, people } from './handoff.ts'
import { plainOf } from './plain.ts'
import type { Answer } from './types.ts'

type Reply = Pick<Answer, 'text' | 'handoff'>

const hello = '(hi+|hello+|helo|hallo|hey+|hiya|heya|yo|howdy|greetings|good (morning|afternoon|evening|day))'
const matter = '(question|questions|problem|problems|issue|issues|request|enquiry|inquiry|query)'
const announced = `(i|we) (have|had|got|have got|ve got) (a|an|one|some|another|few|a few|a couple of)( quick| small| simple)? ?${matter}( for you| please)?`
const mayIAsk = '(can|could|may) (i|we|you) (ask( you)?( a question| something)?|help( me| us)?)( please)?'

/** Greetings and thanks need neither documents nor a model. Whole messages only: "hi, my parcel is lost" is a question. */
const replies: [RegExp, string][] = [
  [
    new RegExp(`^(${hello}( there| tria| all| team)?|(${hello} )?((${announced})|(${mayIAsk})))$`),
    'Hello! I can answer questions about orders, shipping, returns, billing and your account. What can I do for you?',
  ],
  [
    /^((many |ok |okay |great |perfect )?(thanks|thank you|thx|cheers|ty)( so much| very much| a lot| again)?|that helps|that helped)$/,
    'You are welcome. Is there anything else I can help you with?',
  ],
  [
    /^(bye|goodbye|bye bye|see you|see ya|have a (nice|good|great) (day|one|evening))$/,
    'Goodbye, and thank you for asking Tria.',
  ],
]

/** What is answered in these words whatever the documents, the conversation or a model say. */
export function smalltalk(message: string): Reply | undefined {
  if (isInDanger(message)) return { text: help, handoff: handoff('in_danger') }
  const plain = plainOf(message)
  if (isInsult(message) && topicOf(message).length === 0) return calm
  if (plain.length > 60) return undefined
  const text = replies.find(([pattern]) => pattern.test(plain))?.[1]
  return text === undefined ? undefined : { text }
}

const vague =
  /^((ok|okay|k|yes|yeah|yep|yup|no|nope|sure|alright|fine|well|hm+|um+|huh|what|so|please|start|menu|test|testing)( please)?|(please )?(i need |need |i want )?(some )?help( me)?( please)?|what (can|do) you (do|know)|what can i ask( you)?|how (can|do) you help( me)?|i don ?t (know|understand)|i have no idea)$/

/** "Ok", "help" and "???" ask for nothing: unless a model knows what was talked about, we ask back. */
export function askBack(message: string): Reply | undefined {
  const wordless = !/[\p{L}\p{N}]/u.test(message)
  if (!wordless && !vague.test(plainOf(message))) return undefined
  return {
    text: 'What would you like to know? You can ask me, for example, how to return something, where your parcel is or when we are open. If you would rather talk to a person, just say so.',
  }
}

const rude =
  /^(fuck\w*|shit\w*|bullshit|asshole\w*|arsehole\w*|bitch\w*|bastards?|cunts?|morons?|idiots?|wankers?|motherfuck\w*)$/
const aimed =
  /^(stupid|idiotic|dumb|useless|worthless|pathetic|incompetent|sucks?|crap|hate|liars?|damn|hell|screw|bloody)$/
const aimedAt = new Set('you your youre u ur this tria bot chatbot chat robot assistant service'.split(' '))
const calm: Reply = {
  text:
    'I am sorry that this has been frustrating. ' +
    `A colleague can help you by phone at ${people.phone} or by e-mail at ${people.email}. ` +
    'If you tell me in a few words what it is about, I will try as well.',
  handoff: handoff('upset'),
}

function isInsult(message: string): boolean {
  const words = plainOf(message).split(' ')
  if (words.some((word) => rude.test(word))) return true
  return (
    words.some((word) => aimed.test(word)) && (words.length === 1 || words.some((word) => aimedAt.has(word)))
  )
}

/** What is left of an insult that is about something. */
const topicOf = (message: string): string[] =>
  plainOf(message)
    .split(' ')
    .filter((word) => !rude.test(word) && !aimed.test(word) && !aimedAt.has(word))
    .flatMap(contentStems)

/** The calm answer to rude words about a matter that no document answers. */
export const soothe = (message: string): Reply | undefined => (isInsult(message) ? calm : undefined)
