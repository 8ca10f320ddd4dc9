/** How many questions of one message are answered each on its own; what is asked beyond them goes with the last. */
const most = 3

/** A question begins with one of these, whatever follows: but "when I return it" is a condition. */
const asking =
  "how|what|what'?s|wat|where|where'?s|wher|when(?! (?:i|we|you|u|my|the|it)\\b)|why|who|which|whose|tell me"
/** With these begins a question where somebody or something follows who does it: "is the", but not "is late". */
const verb = 'is|am|was|were|will|would|could|should|shall|may|might|must|did'
const subject =
  'i|you|u|ya|we|they|he|she|it|there|this|that|these|those|the|my|your|ur|our|a|an|any|anyone|anybody|somebody|someone|people'
const question = `(?:${asking}|(?:${verb}) (?:${subject})|ha(?:ve|s|d) (?:i|you|u|ya|we|they|it|there|any\\w*)|(?:do|does|can|are) (?!not\\b)\\w+)\\b`
/** Beside a question that is joined to it by "and" a wish is a question too; before any other it is its occasion. */
const wish = "(?:(?:i|we) (?:want|need|would like|wanna|wonder)|i'?d like)\\b"

const join = 'and|n|plus|but|&|\\+'
/** Between two questions: "... and do you ...", "..., how much ...". */
const seam = new RegExp(
  `(?:\\s*,)?\\s+(${join})\\s+(?:(?:also|then|please|as well|plus),?\\s+)*(?=${question}|${wish})|,\\s*(?=(?:how|what|where|what'?s|(?:do|does|can|are|is) (?:${subject}))\\b)`,
  'i',
)
/** Of no question: "Also, when are you open?" */
const lead = new RegExp(`^\\W*(?:(?:${join}|also|then)\\b[\\s,]*)+(?=\\w)`, 'i')
const before = `^\\W*(?:(?:${join}|also|so|ok|okay|hi|hello|hey|please|then)\\b\\W*)*`
const [opens, wishes] = [question, wish].map((words) => new RegExp(before + words, 'i')) as [RegExp, RegExp]

/**
 * The questions of a message, each with what is told around it: "Hi. My lamp is broken. Can I return it, and do you ship
 * to Canada?" are two.
 */
export function questionsIn(message: string): string[] {
  const found: { text: string; asks: boolean; wishes: boolean }[] = []
  for (const sentence of message.replace(/[’`]/g, "'").split(/(?<=[?!;]|[a-z0-9][a-z0-9]\.)\s+|\n+/)) {
    // What `seam` captures stands between the clauses: the word that joins them, if any.
    const clauses = sentence.replace(lead, '').split(seam)
    for (let at = 0; at < clauses.length; at += 2) {
      const text = (clauses[at] ?? '').trim()
      if (text === '') continue
      const asks = opens.test(text) || (at === clauses.length - 1 && /\?\W*$/.test(text))
      const next = { text, asks, wishes: wishes.test(text) }
      const last = found.at(-1)
      const isJoined = at > 0 && clauses[at - 1] !== undefined
      const isOwn = (one: typeof next) => one.asks || (isJoined && one.wishes)
      if (!last || (isOwn(next) && isOwn(last) && found.length < most)) found.push(next)
      else {
        last.text += `${isJoined ? ` ${clauses[at - 1]}` : ''} ${text}`
        last.asks ||= asks
        last.wishes ||= next.wishes
      }
    }
  }
  return found.map(({ text }) => text)
}

/** Both sides of each "and" of a message: "refund policy and opening hours" may be two matters, or one. */
export function halvesOf(message: string): [string, string][] {
  return [...message.matchAll(new RegExp(`\\s+(?:${join})\\s+|,\\s+`, 'gi'))]
    .slice(0, most)
    .map(({ index, 0: { length } }) => [message.slice(0, index), message.slice(index + length)])
}
