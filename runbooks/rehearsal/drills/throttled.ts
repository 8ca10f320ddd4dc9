import type { Drill } from '../drill'
import { deployUnderLoad, leftNothing, nobodyNoticed, serves } from '../expect'

/** The calls that a deploy cannot do without; each is throttled a few times, as in a busy account. */
const calls = [
  'sts:GetCallerIdentity',
  's3:GetObject',
  'ecr:DescribeImages',
  'ecr:GetAuthorizationToken',
  'ecs:DescribeTaskDefinition',
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'ecs:DescribeTasks',
  'ecs:UpdateService',
  'ecs:ListServiceDeployments',
  'elasticloadbalancing:DescribeTargetHealth',
  'logs:GetLogEvents',
]
const each = 2

export const throttled: Drill = {
  name: 'throttled',
  guide: '8.1',
  title: 'AWS throttles the calls of the deploy',
  story: 'Rate exceeded, again and again. Calls are made again after a pause, and the deploy comes through.',
  async run(scene) {
    const { stage, proof } = scene
    const version = await stage.release('throttled')
    const since = new Date()
    for (const call of calls) await stage.faults.add({ call, kind: 'throttled', times: each })
    const deploy = await deployUnderLoad(scene)
    await deploy.running.begins('Follow the deployment')
    // So long that no single call gets through, however often the SDK tries: the watcher must bear it.
    await stage.faults.add({ call: 'ecs:DescribeServices', kind: 'throttled', times: 12 })
    const { ran, answers } = await deploy.end()
    proof.atLeast(
      'AWS said Rate exceeded',
      await stage.faults.struck(/Throttling|SlowDown/, since),
      24,
      'times',
    )
    await serves(scene, version, ran)
    nobodyNoticed(scene, answers)
    await leftNothing(scene, ran)
  },
}
