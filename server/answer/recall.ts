import type { Turn } from './types.ts'

/** Questions about the conversation itself, which no document answers: what was asked, what the customer told us. */
export function recall(question: string, history: Turn[]): string | undefined {
  const said = history.filter(({ role }) => role === 'user').map(({ content }) => content)
  if (said.length === 0) return undefined
  if (
    /\bwhat (did|have) i (just |first |last )?(ask|asked|say|said|write|written)\b|\bmy (last|previous|first) question\b/i.test(
      question,
    )
  ) {
    return `You asked: "${/\bfirst\b/i.test(question) ? said[0] : said.at(-1)}"`
  }
  const wanted = /\b(?:what|which|who)(?:['’]?s| is| was| are) my ((?:[\w-]+ ?){1,3})\?*$/i
    .exec(question.trim())?.[1]
    ?.trim()
  if (!wanted) return undefined
  const told = new RegExp(`\\bmy ${wanted.replace(/[^\w -]/g, '')} (is|was|are)\\b`, 'i')
  const statement = said.findLast((text) => told.test(text))
  return statement && `You told me: "${statement}"`
}
