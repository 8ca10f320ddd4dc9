import type { Network } from '../network/network.ts'
import { failed, type Outcome, outcomeOf, timedOut } from './health.ts'
import type { TargetGroup } from './model.ts'
import type { Target } from './targets.ts'

/** Makes one health check of a target, as its group is configured. */
export async function checkTarget(
  network: Pick<Network, 'lookup'>,
  { healthCheck }: TargetGroup,
  { Id, Port }: Required<Target>,
  reachable: boolean,
): Promise<Outcome> {
  const checked = healthCheck.port === 'traffic-port' ? Port : Number(healthCheck.port)
  const port = reachable ? network.lookup(Id, checked) : undefined
  const signal = AbortSignal.timeout(healthCheck.timeoutMs)
  // Nobody has the address, or the network drops the packets: nothing ever comes back.
  if (port === undefined) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    return timedOut
  }
  try {
    const response = await fetch(`http://127.0.0.1:${port}${healthCheck.path}`, {
      headers: { 'user-agent': 'ELB-HealthChecker/2.0', host: `${Id}:${checked}`, connection: 'close' },
      redirect: 'manual',
      keepalive: false,
      signal,
    })
    await response.arrayBuffer()
    return outcomeOf(response.status, healthCheck.matcher)
  } catch {
    return signal.aborted ? timedOut : failed
  }
}
