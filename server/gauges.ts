import type { Metrics } from './metrics/metrics.ts'
import type { Readiness } from './readiness.ts'
import type { Writer } from './store/writer.ts'

/** What is read when Prometheus asks, not counted along the way. */
export function addGauges(
  metrics: Metrics,
  {
    readiness,
    writer,
    version,
    commit,
  }: { readiness: Readiness; writer: Writer; version: string; commit: string },
): void {
  metrics.gauge('chatbot_messages_waiting', 'Messages not yet in the store.', () => writer.waiting)
  metrics.gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  metrics.gauge(
    'chatbot_part_degraded',
    '1 while a part is degraded.',
    () =>
      Object.entries(readiness.parts).map(([name, state]) => [[name], state().status === 'degraded' ? 1 : 0]),
    ['part'],
  )
  metrics.gauge('chatbot_info', 'The version that runs.', () => [[[version, commit], 1]], [
    'version',
    'commit',
  ])
}
