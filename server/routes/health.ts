import { Elysia } from 'elysia'
import type { Readiness } from '../readiness.ts'

/** `/health`: this process is alive. `/ready`: it should get requests, and what is degraded. */
export function healthRoutes(version: string, readiness: Readiness) {
  const alive = JSON.stringify({ status: 'healthy', version })
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return new Elysia()
    .get('/health', () => new Response(alive, { headers }))
    .get('/ready', () => {
      const { ready, body } = readiness.report()
      return Response.json(body, { status: ready ? 200 : 503, headers })
    })
}
