/** What happened since it was last taken, in the form the metrics need. */
export interface Tally {
  /** As AWS counts them: only those that a target was chosen for. */
  requests: number
  /** `2XX`, `4XX`, `5XX` of targets. */
  target: Record<string, number>
  /** The load balancer's own answers: `4XX`, `5XX`, `502`, `503`, `504`. */
  elb: Record<string, number>
  seconds: number[]
}

export const emptyTally = (): Tally => ({ requests: 0, target: {}, elb: {}, seconds: [] })

/** One exchange with a client: who answered, with which status, how soon. */
export interface Exchange {
  status: number
  /** Whether it was meant for a target, reached or not. */
  chosen: boolean
  /** Undefined when the load balancer answered by itself. */
  targetStatus?: number
  seconds?: number
}

export function tally(into: Tally, { status, chosen, targetStatus, seconds }: Exchange): void {
  if (chosen) into.requests++
  if (targetStatus !== undefined) {
    count(into.target, `${Math.floor(targetStatus / 100)}XX`)
    if (seconds !== undefined) keepSample(into, seconds)
  } else if (status >= 400) {
    count(into.elb, `${Math.floor(status / 100)}XX`)
    if (status >= 500) count(into.elb, String(status))
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

const mostSamples = 2_000

/** Keeps every time while there are few, and a fair sample (reservoir) when a load test sends many. */
function keepSample(into: Tally, seconds: number): void {
  if (into.seconds.length < mostSamples) into.seconds.push(seconds)
  else {
    const place = Math.floor(Math.random() * into.requests)
    if (place < mostSamples) into.seconds[place] = seconds
  }
}
