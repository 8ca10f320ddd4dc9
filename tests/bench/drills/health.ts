import type { ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type Drill, moved, running } from './drill'

/** A health check that asks for something else than a good answer; behind Terraform's back. */
const asking = (name: string, cause: string, wrong: object, right: object): Drill => ({
  name,
  causes: [cause],
  async play(trouble) {
    const TargetGroupArn = trouble.small.targetGroup
    const set = (values: object) =>
      trouble.small.elb.modifyTargetGroup({ TargetGroupArn, ...values } as ModifyTargetGroupInput)
    await set(wrong)
    return async () => {
      await set(right)
      await trouble.back()
    }
  },
})

export const healthDrills: Drill[] = [
  asking(
    'a health check at a path that is not there',
    'health-check-path',
    { HealthCheckPath: '/nowhere' },
    { HealthCheckPath: '/health' },
  ),
  asking(
    'a health check at another port',
    'health-check-port',
    { HealthCheckPort: '9090' },
    { HealthCheckPort: 'traffic-port' },
  ),
  asking(
    'a health check that wants another code',
    'health-check-code',
    { Matcher: { HttpCode: '204' } },
    { Matcher: { HttpCode: '200' } },
  ),
  {
    name: 'a version that answers its health check with an error',
    causes: ['health-check-answer'],
    play: moved((trouble) =>
      running(trouble, "Bun.serve({ port: 8080, fetch: () => new Response('no', { status: 500 }) })"),
    ),
  },
  {
    name: 'a version that takes longer to start than its grace',
    causes: ['slow-start'],
    play: moved((trouble) =>
      running(
        trouble,
        "setTimeout(() => Bun.serve({ port: 8080, fetch: () => Response.json({ status: 'healthy' }) }), 90_000)",
      ),
    ),
  },
  {
    name: 'a version that never answers',
    causes: ['slow-start'],
    play: moved((trouble) =>
      running(trouble, 'Bun.serve({ port: 8080, idleTimeout: 0, fetch: () => new Promise(() => {}) })'),
    ),
  },
]
