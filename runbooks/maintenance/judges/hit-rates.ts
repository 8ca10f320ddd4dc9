import type { Series } from '../../monitoring/model'
import type { Finding, Verdict } from '../check'

/** What was found and what was not, over the month. */
export interface Rate {
  what: string
  hits: Series
  misses: Series
  /** What raises it. */
  fix: string
  /** It is counted every minute, also when there is nothing to count: silence is not knowing. */
  always: boolean
  /** What it lost for want of room. Where it lost nothing, what was not found was never there, and no size helps. */
  evicted?: Series
}

/** Fewer look-ups than that say nothing of a rate. */
const enough = 100
/** A cache that misses more often than it hits costs a look-up each time; one that fell by that much has changed. */
const least = 50
const fall = 20

/** Over the whole time, and against its first half. */
export function judgeHitRates(rates: Rate[], middle: number): Verdict {
  const judged = rates.map((rate) => judgeRate(rate, middle))
  const silent = rates.filter(({ always, hits, misses }) => always && hits.length + misses.length === 0)
  return {
    evidence: judged.map(({ evidence }) => evidence).join('; '),
    findings: judged.flatMap(({ findings }) => findings),
    ...(silent.length > 0 && {
      partly: `CloudWatch has no value of ${silent.map(({ what }) => what).join(', ')}`,
    }),
  }
}

function judgeRate(
  { what, hits, misses, fix, evicted }: Rate,
  middle: number,
): { evidence: string; findings: Finding[] } {
  const early = shareOf(hits, misses, (at) => at < middle)
  const late = shareOf(hits, misses, (at) => at >= middle)
  const all = shareOf(hits, misses, () => true)
  if (all.asked < enough) return { evidence: `${what}: only ${all.asked} look-ups`, findings: [] }
  const rate = `${what}: ${all.percent.toFixed(0)} % of ${Math.round(all.asked)}`
  if (evicted?.every(([, value]) => value === 0))
    return { evidence: `${rate}, and nothing was evicted`, findings: [] }
  const evidence = rate
  if (early.asked >= enough && late.asked >= enough && early.percent - late.percent > fall) {
    const text = `${what} fell from ${early.percent.toFixed(0)} % to ${late.percent.toFixed(0)} %`
    return { evidence, findings: [{ text, fix }] }
  }
  return { evidence, findings: all.percent < least ? [{ text: `${evidence} are found`, fix }] : [] }
}

function shareOf(hits: Series, misses: Series, within: (at: number) => boolean) {
  const sum = (series: Series) => series.reduce((all, [at, value]) => (within(at) ? all + value : all), 0)
  const [found, not] = [sum(hits), sum(misses)]
  return { asked: found + not, percent: found + not === 0 ? 0 : (100 * found) / (found + not) }
}
