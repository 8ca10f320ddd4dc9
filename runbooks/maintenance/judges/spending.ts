import type { Verdict } from '../check'

/** What one of AWS's services, or the model, cost in each of two weeks, in USD. */
export interface Spent {
  what: string
  before: number
  last: number
}

/** A rise of less than that is noise: days differ, and so do weeks. */
const notable = { dollars: 5, share: 0.2 }

export function judgeSpending(spent: Spent[], environment: string): Verdict {
  const total = spent.reduce(
    (sum, { before, last }) => ({ before: sum.before + before, last: sum.last + last }),
    { before: 0, last: 0 },
  )
  const change = total.last - total.before
  const risen = spent
    .filter(({ before, last }) => last - before > notable.dollars && last - before > notable.share * before)
    .sort((a, b) => b.last - b.before - (a.last - a.before))
  return {
    evidence: `${dollars(total.last)} in the last seven days, ${dollars(Math.abs(change))} ${change < 0 ? 'less' : 'more'} than in those before`,
    findings: risen.map(({ what, before, last }) => ({
      text: `${what}: ${dollars(last)}, after ${dollars(before)} the week before`,
      fix: `bun runbooks/optimize.ts --environment ${environment}`,
    })),
  }
}

const dollars = (value: number) => `$${value.toFixed(2)}`
