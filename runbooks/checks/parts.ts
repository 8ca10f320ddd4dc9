import { setTimeout as pause } from 'node:timers/promises'
import type { ReplicationGroup } from '@aws-sdk/client-elasticache'
import type { DBInstance } from '@aws-sdk/client-rds'
import { findDatabase, findReplicationGroup } from '../aws/database'
import { lastLines } from '../aws/logs'
import { findRevision } from '../aws/revisions'
import { findService } from '../aws/service'
import { runningTasks, taskId } from '../aws/tasks'
import { type Check, failed, ok, type Verdict } from './check'

const database: Check = {
  id: 'database',
  title: 'Postgres is available, encrypted and not public',
  async run({ aws, stack }) {
    return judgeDatabase(stack.database, await findDatabase(aws, stack))
  },
}

export function judgeDatabase(name: string, found: DBInstance | undefined): Verdict {
  if (!found) return failed(`${name} does not exist`)
  const { DBInstanceStatus: status, StorageEncrypted: encrypted, PubliclyAccessible: open } = found
  const evidence = `${name} is ${status}, ${encrypted ? 'encrypted' : 'NOT encrypted'}, ${open ? 'PUBLIC' : 'not public'}`
  // While RDS backs up or changes a setting it goes on serving.
  const serving = [
    'available',
    'backing-up',
    'modifying',
    'configuring-enhanced-monitoring',
    'storage-optimization',
  ]
  return serving.includes(status ?? '') && encrypted && !open ? ok(evidence) : failed(evidence)
}

const cache: Check = {
  id: 'redis',
  title: 'Redis is available and encrypted',
  async run({ aws, stack }) {
    return judgeCache(stack.replicationGroup, await findReplicationGroup(aws, stack))
  },
}

export function judgeCache(name: string, found: ReplicationGroup | undefined): Verdict {
  if (!found) return failed(`${name} does not exist`)
  const { Status: status, TransitEncryptionEnabled: transit, AtRestEncryptionEnabled: rest } = found
  const evidence = `${name} is ${status}, in transit ${transit ? 'encrypted' : 'PLAIN'}, at rest ${rest ? 'encrypted' : 'PLAIN'}`
  const serving = status === 'available' || status === 'snapshotting' || status === 'modifying'
  return serving && transit && rest ? ok(evidence) : failed(evidence)
}

const secrets: Check = {
  id: 'secrets',
  title: 'Every secret that a task reads is there',
  async run({ aws, stack }) {
    const service = await findService(aws, stack)
    const revision = service?.taskDefinition ? await findRevision(aws, service.taskDefinition) : undefined
    const references =
      revision?.taskDefinition.containerDefinitions?.flatMap((one) => one.secrets ?? []) ?? []
    if (references.length === 0) return failed('the revision reads no secrets: DATABASE_URL must be one')
    const client = await aws.secrets()
    const arns = [...new Set(references.map(({ valueFrom }) => valueFrom!.split(':').slice(0, 7).join(':')))]
    const missing = await Promise.all(
      arns.map(async (SecretId) => {
        try {
          const { DeletedDate } = await client.describeSecret({ SecretId })
          return DeletedDate ? `${SecretId} is marked for deletion` : undefined
        } catch (error) {
          if ((error as Error).name === 'ResourceNotFoundException') return `${SecretId} does not exist`
          throw error
        }
      }),
    )
    const problems = missing.filter((one) => one !== undefined)
    const names = references.map(({ name }) => name).join(', ')
    return problems.length === 0
      ? ok(`${names} by reference, from ${arns.length} secret(s)`)
      : failed(problems.join('; '))
  },
}

const logs: Check = {
  id: 'logs',
  title: 'Running tasks log',
  async run({ aws, stack, signal }) {
    const tasks = await runningTasks(aws, stack)
    if (tasks.length === 0) return failed('no task runs')
    // The agent sends a new task's first lines a few seconds after they were printed.
    for (let tries = 1; ; tries++) {
      const lines = await Promise.all(tasks.map((task) => lastLines(aws, task, 1)))
      const silent = tasks.filter((_task, index) => lines[index]?.length === 0)
      if (silent.length === 0)
        return ok(`${tasks.length} task(s) log to ${stack.logGroup}: ${lines[0]?.[0]?.slice(0, 80)}`)
      if (tries === 5)
        return failed(`nothing logged by ${silent.map((task) => taskId(task.taskArn ?? '')).join(', ')}`)
      await pause(1_000, undefined, { signal })
    }
  },
}

const alarms: Check = {
  id: 'alarms',
  title: 'Alarms exist, each has an action, and none is ringing',
  async run({ aws, stack }) {
    const cloudwatch = await aws.cloudwatch()
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNamePrefix: stack.prefix })
    // Autoscaling makes alarms of its own, which ring whenever there is room to scale in.
    const own = MetricAlarms.filter(({ AlarmName }) => !AlarmName?.startsWith('TargetTracking-'))
    if (own.length === 0) return failed(`no alarm is named ${stack.prefix}-...`)
    const silent = own.filter(({ AlarmActions }) => !AlarmActions?.length)
    const ringing = own.filter(({ StateValue }) => StateValue === 'ALARM')
    if (ringing.length > 0) return failed(`ringing: ${ringing.map(({ AlarmName }) => AlarmName).join(', ')}`)
    if (silent.length > 0)
      return failed(`without action: ${silent.map(({ AlarmName }) => AlarmName).join(', ')}`)
    return ok(`${own.length} alarms, each with an action; who hears it: bun runbooks/monitor.ts alarms`)
  },
}

const scaling: Check = {
  id: 'scaling',
  title: 'Autoscaling is at work',
  async run({ aws, stack }) {
    const autoscaling = await aws.autoscaling()
    const { ScalableTargets = [] } = await autoscaling.describeScalableTargets({
      ServiceNamespace: 'ecs',
      ResourceIds: [`service/${stack.cluster}/${stack.service}`],
    })
    const target = ScalableTargets[0]
    if (!target) return failed('the service has no scalable target')
    const suspended = Object.entries(target.SuspendedState ?? {}).filter(([, value]) => value)
    const evidence = `${target.MinCapacity} to ${target.MaxCapacity} tasks`
    return suspended.length === 0
      ? ok(evidence)
      : failed(`${evidence}, but suspended: ${suspended.map(([name]) => name).join(', ')}`)
  },
}

export const partChecks: Check[] = [database, cache, secrets, logs, alarms, scaling]
