import { stackOf } from '../../aws/stack'
import { judged, missing, seenIn, seriesOf, silence } from '../metric'
import type { Look, Metric } from '../model'
import { latest } from '../series'

/** The guide's thresholds (7.2), and whether what should run does. */
export function serviceMetrics(look: Look): Metric[] {
  const [cpu, memory] = [seriesOf(look, 'cpu'), seriesOf(look, 'memory')]
  return [
    tasks(look),
    targets(look),
    judged(
      {
        id: 'ecs-cpu',
        group: 'Service',
        title: 'CPU',
        unit: '%',
        threshold: 70,
        points: cpu,
        action: 'Scale up tasks',
      },
      latest(cpu, look),
      { why: latest(cpu, look) === undefined ? silence(look, ['cpu']) : undefined },
    ),
    judged(
      {
        id: 'ecs-memory',
        group: 'Service',
        title: 'Memory',
        unit: '%',
        threshold: 80,
        points: memory,
        action: 'Scale up tasks or increase memory',
      },
      latest(memory, look),
      { why: latest(memory, look) === undefined ? silence(look, ['memory']) : undefined },
    ),
  ]
}

function tasks(look: Look): Metric {
  const service = seenIn(look.service)
  const declared = {
    id: 'tasks-running',
    group: 'Service',
    title: 'Tasks running',
    unit: 'tasks',
    worse: 'below',
    action: `bun runbooks/troubleshoot.ts --environment ${look.environment}`,
  } as const
  if (!service)
    return judged(declared, undefined, { why: missing(look.service, stackOf(look.environment).service) })
  // One that is meant to run nothing serves nobody.
  const threshold = Math.max(1, service.desired)
  const pending = service.pending > 0 ? `, ${service.pending} pending` : ''
  const why = service.desired === 0 ? 'it is scaled to 0' : `of ${service.desired} wanted${pending}`
  return judged({ ...declared, threshold }, service.running, { why })
}

function targets(look: Look): Metric {
  const seen = seenIn(look.targets)
  const declared = {
    id: 'targets-healthy',
    group: 'Service',
    title: 'Targets healthy',
    unit: 'targets',
    worse: 'below',
    action: 'Check why targets fail their health check',
  } as const
  if (!seen)
    return judged(declared, undefined, { why: missing(look.targets, stackOf(look.environment).targetGroup) })
  const { healthy, unhealthy, other } = seen
  const said = [
    unhealthy > 0 && `${unhealthy} unhealthy`,
    other > 0 && `${other} starting or draining`,
  ].filter(Boolean)
  return judged({ ...declared, threshold: Math.max(1, healthy + unhealthy) }, healthy, {
    why: said.join(', ') || undefined,
  })
}
