import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import type { Ground } from '../ground.ts'
import { type ServiceRecord, underWay } from './record.ts'

const looked = new WeakMap<ServiceRecord, { at: number; alarming: string[] }>()

/** Which of the alarms that the service's deployments watch are in ALARM, while one is under way. */
export async function alarmsOf(service: ServiceRecord, ground: Ground): Promise<string[]> {
  const { alarmNames = [], enable } = service.settings.deploymentConfiguration?.alarms ?? {}
  const current = underWay(service)
  if (!enable || alarmNames.length === 0 || !current || current.rollback) return []
  const last = looked.get(service)
  if (last && Date.now() - last.at < ground.durations.alarmLook) return last.alarming
  const asked = new DescribeAlarmsCommand({ AlarmNames: alarmNames })
  const answer = await ground.moto.alarmStates.send(asked).catch(() => ({ MetricAlarms: [] }))
  const alarming = (answer.MetricAlarms ?? [])
    .filter((alarm) => alarm.StateValue === 'ALARM')
    .map((alarm) => alarm.AlarmName!)
  looked.set(service, { at: Date.now(), alarming })
  return alarming
}
