/** Greetings and thanks need neither documents nor a model. Whole messages only: "hi, my parcel is lost" is a question. */
const replies: [RegExp, string][] = [
  [
    /^(hi|hello|hey|hiya|howdy|greetings|good (morning|afternoon|evening|day))( there| tria| all)?$/,
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

export function smalltalk(message: string): string | undefined {
  const plain = message
    .toLowerCase()
    .replace(/[^a-z ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (plain.length > 40) return undefined
  return replies.find(([pattern]) => pattern.test(plain))?.[1]
}
