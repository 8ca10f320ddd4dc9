import type { DatabaseSize, Series } from '../../monitoring/model'
import type { Verdict } from '../check'

const gib = 2 ** 30
const day = 86_400

/** How much free storage goes a day, by the least squares of all that was measured; undefined for less than a day of it. */
export function lostADay(free: Series): number | undefined {
  const [first, last] = [free[0], free.at(-1)]
  if (!first || !last || last[0] - first[0] < day) return undefined
  const n = free.length
  const mean = (of: number[]) => of.reduce((sum, each) => sum + each, 0) / n
  const [x, y] = [mean(free.map(([at]) => at)), mean(free.map(([, value]) => value))]
  const over = free.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0)
  const under = free.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  return under === 0 ? undefined : (-over / under) * day
}

/** So many days ahead is soon enough to do something in daylight. */
const soon = 60

export function judgeStorage(
  free: Series,
  { storageGb, mostStorageGb }: DatabaseSize,
  now: number,
  deploy: string,
): Verdict {
  const last = free.at(-1)
  if (!last) throw new Error('CloudWatch has no value of FreeStorageSpace')
  const left = last[1]
  const share = `${(left / gib).toFixed(1)} of ${storageGb} GB free`
  const lost = lostADay(free)
  const fix = `raise db_allocated_storage in the environment's tfvars, then: ${deploy}`
  if (left < (storageGb * gib) / 10)
    return { evidence: share, findings: [{ text: `${share}: less than a tenth`, fix }] }
  if (lost === undefined)
    return { evidence: `${share}; less than a day was measured, which is no trend`, findings: [] }
  // A few bytes up and down are no trend.
  if (lost < gib / 1000) return { evidence: `${share}, and it stays so`, findings: [] }
  // RDS gives more by itself up to a limit, and then no more.
  const grows = Math.max(0, (mostStorageGb ?? storageGb) - storageGb) * gib
  const days = (left + grows) / lost
  const when = new Date((now + days * day) * 1000).toISOString().slice(0, 10)
  const trend = `${share}, ${(lost / gib).toFixed(2)} GB less a day${grows > 0 ? `; RDS adds up to ${mostStorageGb} GB by itself` : ''}: full on ${when}`
  return { evidence: trend, findings: days < soon ? [{ text: trend, fix }] : [] }
}
