import { printable } from '../../core/output/printable'
import { isSeen } from '../../diagnosis/snapshot'
import { judged, missing } from '../metric'
import type { Look, Metric } from '../model'

export function alarmMetrics(look: Look): Metric[] {
  const declared = {
    id: 'alarms-ringing',
    group: 'Service',
    title: 'Alarms ringing',
    unit: 'alarms',
    threshold: 0,
    action: `bun runbooks/troubleshoot.ts --environment ${look.environment}`,
  } as const
  if (!isSeen(look.alarms)) return [judged(declared, undefined, { why: missing(look.alarms, 'alarm') })]
  const all = look.alarms.value
  if (all.length === 0) return [judged(declared, undefined, { why: 'there are no alarms' })]
  const ringing = all.filter(({ state }) => state === 'ALARM')
  const why = ringing.length > 0 ? printable(ringing.map(({ name }) => name).join(', ')) : `of ${all.length}`
  return [judged(declared, ringing.length, { why })]
}
