import { Elysia } from 'elysia'
import { adminGuard } from '../admin/token.ts'
import type { Metrics } from '../metrics/metrics.ts'

interface Parts {
  metrics: Metrics
  adminToken: string | undefined
  trustedProxyHops: number
}

/** `/metrics` for Prometheus. What came through the load balancer needs the administration's token: it tells of costs. */
export function metricsRoute({ metrics, adminToken, trustedProxyHops }: Parts) {
  const guard = adminGuard(adminToken)
  return new Elysia().get('/metrics', ({ request }) => {
    if (trustedProxyHops > 0 && request.headers.has('x-forwarded-for')) guard(request)
    return new Response(metrics.render(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    })
  })
}
