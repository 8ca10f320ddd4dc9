import { Elysia } from 'elysia'
import type { Metrics } from '../metrics/metrics.ts'

/** `/metrics` for Prometheus. */
export function metricsRoute(metrics: Metrics) {
  return new Elysia().get(
    '/metrics',
    () =>
      new Response(metrics.render(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
  )
}
