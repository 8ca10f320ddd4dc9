import type { Members } from '../../call'

/** A metric's value as PutMetricData would bring it. */
export interface Embedded {
  namespace: string
  datum: Members
}

/**
 * The metrics in a log event of the embedded metric format: a JSON object whose `_aws` says which of its members are
 * metrics, and which are dimensions. CloudWatch Logs takes them out of every event; what is not of the format is a plain line.
 */
export function embeddedIn(message: string): Embedded[] {
  const document = parsed(message)
  const { Timestamp, CloudWatchMetrics } = (document?._aws ?? {}) as Members
  if (!document || !Array.isArray(CloudWatchMetrics)) return []
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions = [[]], Metrics = [] }: Members) =>
    (Dimensions as string[][]).flatMap((names) =>
      (Metrics as Members[]).flatMap(({ Name, Unit }) => {
        const Values = [document[Name] ?? []].flat()
        if (!Namespace || Values.length === 0 || !Values.every((value) => Number.isFinite(value))) return []
        const own = names.map((name) => ({ Name: name, Value: String(document[name]) }))
        const datum = {
          MetricName: Name,
          Dimensions: own,
          Values,
          Unit: Unit ?? 'None',
          Timestamp: new Date(Number(Timestamp)),
        }
        return [{ namespace: String(Namespace), datum }]
      }),
    ),
  )
}

function parsed(message: string): Members | undefined {
  // Nearly all lines are none: they are not parsed for it.
  if (!message.startsWith('{') || !message.includes('"_aws"')) return undefined
  try {
    return JSON.parse(message) as Members
  } catch {
    return undefined
  }
}
