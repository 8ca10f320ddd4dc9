import { uncoloured } from '../../runbooks/core/output/style'
import { table } from '../../runbooks/core/output/table'
import { collect } from '../../runbooks/diagnosis/collect'
import { Trouble } from '../rehearsal/small-trouble'
import { account } from '../unit/account'
import { at, tasks } from '../unit/diagnosis/growing'

/**
 * What `troubleshoot` and `monitor --once` cost as the stack grows: further services in the cluster, and tasks of the
 * service. Up to ten tasks run; more are counted on a stand-in for ECS, where every other call is denied.
 * `bun tests/bench/growth.ts`
 */
const rows: Record<string, unknown>[] = []
const trouble = await Trouble.make({ max: 10 })
const { workspace, small } = trouble
const { cluster, service } = small.stack

async function measure(grown: string): Promise<void> {
  const timed = async (name: string, ...flags: string[]) => {
    const since = new Date()
    const began = performance.now()
    await workspace.runbook(name, ...flags)
    const ms = Math.round(performance.now() - began)
    // The journal's own are not the look's.
    const calls = (await workspace.calls(since)).filter(({ call }) => !/^s3:(Put|List|Head)/.test(call))
    return { ms, calls: calls.length }
  }
  await timed('troubleshoot')
  const look = await timed('troubleshoot')
  const once = await timed('monitor', '--once')
  rows.push({
    stack: grown,
    'troubleshoot calls': look.calls,
    'its ms': look.ms,
    'monitor calls': once.calls,
    'monitor ms': once.ms,
  })
}

try {
  await measure('1 service, 1 task')
  for (const [count, made] of [
    [10, 1],
    [100, 10],
  ] as const) {
    for (let number = made; number < count; number++)
      await small.ecs.createService({
        cluster,
        serviceName: `other-${number}`,
        taskDefinition: small.firstRevision,
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: (await small.service()).networkConfiguration,
      })
    await measure(`${count} services, 1 task`)
  }
  await small.ecs.updateService({ cluster, service, desiredCount: 10 })
  await small.healthy(10, 120_000)
  await measure('100 services, 10 tasks')
} finally {
  await workspace.close()
}

for (const count of [10, 100, 1_000]) {
  const { aws, calls } = account(tasks(count))
  const began = performance.now()
  await collect(at(aws))
  rows.push({
    stack: `${count} tasks that run and ${count} that stopped (stand-in)`,
    'troubleshoot calls': calls.length,
    'its ms': Math.round(performance.now() - began),
  })
}
console.log(table(rows, 160, uncoloured).join('\n'))
