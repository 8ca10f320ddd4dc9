import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { type Bench, type Json, openBench, until, vpc } from './bench.ts'

let bench: Bench
let groups: { used: string; unused: string }
let metrics: CloudWatchClient
beforeAll(async () => {
  bench = await openBench({
    healthyWithoutChecks: 100,
    provisioning: 10,
    firstMetric: 300,
    usage: 100,
    alarmLook: 50,
    scalingLook: 100,
  })
  groups = await bench.targetGroups()
  metrics = new CloudWatchClient({
    endpoint: bench.world.motoUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
}, 60_000)
afterAll(() => bench.close(), 60_000)

const create = async (change: object = {}) =>
  (
    await bench.call('CreateService', {
      cluster: 'c',
      serviceName: 's',
      taskDefinition: 'app',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: vpc,
      ...change,
    })
  ).service
const change = (more: object) => bench.call('UpdateService', { cluster: 'c', service: 's', ...more })
const steady = () =>
  until('steady', async () => {
    const now = await bench.service()
    return (
      now.runningCount === now.desiredCount &&
      now.deployments.length === 1 &&
      now.deployments[0].rolloutState === 'COMPLETED' &&
      now
    )
  })
const remove = async () => {
  await bench.call('DeleteService', { cluster: 'c', service: 's', force: true })
  await until('gone', async () => (await bench.service()).status === 'INACTIVE')
}
const balancer = (targetGroupArn: string) => ({ targetGroupArn, containerName: 'web', containerPort: 8080 })

describe('CreateService', () => {
  test.each<[string, object, string]>([
    ['cluster', { cluster: 'none' }, 'Cluster not found.'],
    ['definition', { taskDefinition: 'none' }, 'Unable to describe task definition.'],
    [
      'network',
      { networkConfiguration: undefined },
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [
      'container',
      { loadBalancers: [{ ...balancer('x'), containerName: 'no' }] },
      'The container no does not exist in the task definition.',
    ],
    [
      'port',
      { loadBalancers: [{ ...balancer('x'), containerPort: 1 }] },
      'The container web did not have a container port 1 defined.',
    ],
    [
      'grace without load balancer',
      { healthCheckGracePeriodSeconds: 5 },
      'Health check grace period is only valid for services configured to use load balancers',
    ],
    [
      'rebalancing at 100 %',
      { availabilityZoneRebalancing: 'ENABLED', deploymentConfiguration: { maximumPercent: 100 } },
      'Availability Zone Rebalancing does not support maximumPercent <= 100',
    ],
    ['name', { serviceName: 'a b' }, 'Invalid service name.'],
  ])('refuses: %s', async (_, input, message) => {
    await bench.define()
    await expect(create(input)).rejects.toThrow(message)
  })

  test('refuses a target group that no load balancer uses', () =>
    expect(create({ loadBalancers: [balancer(groups.unused)] })).rejects.toThrow(
      `The target group with targetGroupArn ${groups.unused} does not have an associated load balancer.`,
    ))

  test('returns what was given, and the defaults of ECS for what was not', async () => {
    await bench.define()
    const strategy = [
      { capacityProvider: 'FARGATE', base: 1, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ]
    const service = await create({
      launchType: undefined,
      capacityProviderStrategy: strategy,
      loadBalancers: [balancer(groups.used)],
      enableExecuteCommand: true,
      healthCheckGracePeriodSeconds: 60,
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        minimumHealthyPercent: 50,
      },
      tags: [{ key: 'a', value: 'b' }],
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
    })
    expect(service).toMatchObject({
      serviceArn: 'arn:aws:ecs:us-east-1:123456789012:service/c/s',
      status: 'ACTIVE',
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 },
      ],
      enableExecuteCommand: true,
      healthCheckGracePeriodSeconds: 60,
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        minimumHealthyPercent: 50,
        maximumPercent: 200,
        strategy: 'ROLLING',
      },
      availabilityZoneRebalancing: 'ENABLED',
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      platformVersion: 'LATEST',
      roleArn: 'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
      tags: [{ key: 'a', value: 'b' }],
    })
    expect(service.launchType).toBeUndefined()
    expect(typeof service.createdAt).toBe('number')
    const now = await steady()
    expect(now.tags).toBeUndefined()
    const { tasks } = await bench.call('DescribeTasks', {
      cluster: 'c',
      tasks: (await bench.tasks()).map((it: Json) => it.taskArn),
      include: ['TAGS'],
    })
    expect(tasks[0]).toMatchObject({
      capacityProviderName: 'FARGATE',
      tags: [
        { key: 'a', value: 'b' },
        { key: 'aws:ecs:clusterName', value: 'c' },
        { key: 'aws:ecs:serviceName', value: 's' },
      ],
    })
  }, 20_000)

  test('again with the same wishes gives the same service, with others is refused', async () => {
    const same = { taskDefinition: 'app', desiredCount: 1 }
    expect((await create(same)).serviceArn).toEndWith('service/c/s')
    await expect(create({ ...same, desiredCount: 4 })).rejects.toThrow(
      'Creation of service was not idempotent.',
    )
  })
})

describe('UpdateService', () => {
  test('settings need no deployment, a changed strategy needs force', async () => {
    const { id } = (await bench.service()).deployments[0]
    const { service } = await change({
      healthCheckGracePeriodSeconds: 5,
      deploymentConfiguration: { maximumPercent: 150 },
    })
    expect(service).toMatchObject({
      healthCheckGracePeriodSeconds: 5,
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 },
    })
    expect(service.deployments.map((it: Json) => it.id)).toEqual([id])
    const strategy = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] }
    await expect(change(strategy)).rejects.toThrow('you must force a new deployment')
    await change({ ...strategy, forceNewDeployment: true })
    // At 50/150 of one task the floor and the ceiling are both one.
    const stuck =
      '(service s) was unable to stop or start tasks during a deployment because of the service deployment configuration.'
    await until('it says that it is stuck', async () =>
      (await bench.service()).events[0].message.startsWith(stuck),
    )
    await change({ deploymentConfiguration: { maximumPercent: 200 } })
    await steady()
    expect((await bench.tasks())[0].capacityProviderName).toBe('FARGATE_SPOT')
  }, 20_000)

  test('an unknown service', () =>
    expect(change({ service: 'none' })).rejects.toMatchObject({
      code: 'ServiceNotFoundException',
      message: 'Service not found.',
    }))

  test('an alarm that the deployment watches takes it back', async () => {
    const alarm = {
      AlarmName: 'errors',
      Namespace: 'x',
      MetricName: 'y',
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      Threshold: 1,
      Period: 60,
      Statistic: 'Sum',
    } as const
    await metrics.send(new PutMetricAlarmCommand(alarm))
    const before = await steady()
    const alarms = { alarmNames: ['errors'], enable: true, rollback: true }
    const slow = { command: ['CMD-SHELL', 'exit 1'], interval: 5, retries: 10 }
    await change({
      taskDefinition: await bench.define({ healthCheck: slow }),
      deploymentConfiguration: { alarms },
    })
    await Bun.sleep(400)
    expect((await bench.service()).deployments[0]).toMatchObject({
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
    })
    await metrics.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'test' }),
    )
    const now = await until('back', async () => {
      const it = await steady()
      return it.deployments[0].id === before.deployments[0].id && it
    })
    expect(now.events.map((it: Json) => it.message)).toContainEqual(
      expect.stringContaining('deployment failed: alarm detected.'),
    )
    await metrics.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'OK', StateReason: 'test' }),
    )
  }, 20_000)
})

describe('around a service', () => {
  test('DescribeClusters counts, DeleteCluster refuses', async () => {
    const moto = async () => ({
      clusters: [{ clusterName: 'c', settings: [{ name: 'containerInsights', value: 'enabled' }] }],
      failures: [],
    })
    const asked = { input: { clusters: ['c'] }, answer: moto }
    const { clusters } = (await bench.ecs.handlers.ecs!.DescribeClusters!(asked as never)) as Json
    expect(clusters[0]).toMatchObject({ runningTasksCount: 1, pendingTasksCount: 0, activeServicesCount: 1 })
    await expect(bench.call('DeleteCluster', { cluster: 'c' })).rejects.toMatchObject({
      code: 'ClusterContainsServicesException',
    })
  })

  test('tags of services', async () => {
    const resourceArn = (await bench.service()).serviceArn
    await bench.call('TagResource', {
      resourceArn,
      tags: [
        { key: 'a', value: 'c' },
        { key: 'd', value: 'e' },
      ],
    })
    await bench.call('UntagResource', { resourceArn, tagKeys: ['a'] })
    expect((await bench.call('ListTagsForResource', { resourceArn })).tags).toEqual([
      { key: 'd', value: 'e' },
    ])
  })

  test('a protected task outlives scaling in', async () => {
    const [task] = await bench.tasks()
    const tasks = [task.taskArn]
    const { protectedTasks } = await bench.call('UpdateTaskProtection', {
      cluster: 'c',
      tasks,
      protectionEnabled: true,
    })
    expect(protectedTasks[0]).toMatchObject({ taskArn: task.taskArn, protectionEnabled: true })
    await change({ desiredCount: 0 })
    await Bun.sleep(600)
    expect((await bench.service()).runningCount).toBe(1)
    await bench.call('UpdateTaskProtection', { cluster: 'c', tasks, protectionEnabled: false })
    await until('none', async () => (await bench.service()).runningCount === 0)
    await change({ desiredCount: 1 })
    await steady()
  }, 20_000)

  test('service revisions name the images by digest', async () => {
    const [summary] = (await bench.service()).currentServiceRevisions
    const { serviceRevisions } = await bench.call('DescribeServiceRevisions', {
      serviceRevisionArns: [summary.arn],
    })
    expect(serviceRevisions[0].containerImages).toEqual([
      { containerName: 'web', image: 'app:1', imageDigest: 'sha256:abc' },
    ])
  })

  test('measured metrics arrive in CloudWatch under the names of ECS', async () => {
    const dimensions = [
      { Name: 'ClusterName', Value: 'c' },
      { Name: 'ServiceName', Value: 's' },
    ]
    const names = await until('metrics', async () => {
      const { Metrics = [] } = await metrics.send(
        new ListMetricsCommand({ Namespace: 'AWS/ECS', Dimensions: dimensions }),
      )
      return Metrics.length > 0 && Metrics.map((it) => it.MetricName!)
    })
    expect([...new Set(names)].sort()).toEqual(['CPUUtilization', 'MemoryUtilization'])
  }, 20_000)
})

describe('ExecuteCommand and session-manager-plugin', () => {
  test('runs the command in the environment and folder of the task', async () => {
    const [task] = await bench.tasks()
    const asked = {
      cluster: 'c',
      task: task.taskArn,
      interactive: true,
      command: 'echo "$FROM_IMAGE in $(basename $PWD)"; ls; bun main.js health && echo well',
    }
    const { session, containerName } = await bench.call('ExecuteCommand', asked)
    expect(containerName).toBe('web')
    const plugin = `${import.meta.dir}/../../../rehearsal/ecs/exec/plugin.ts`
    const run = (it: object) =>
      Bun.spawn([process.execPath, plugin, JSON.stringify(it), 'us-east-1', 'StartSession'], {
        stdout: 'pipe',
        stderr: 'pipe',
      })
    const printed = await new Response(run(session).stdout).text()
    expect(printed).toContain('yes in app\nmain.js\nversion 1 starts\nwell\n')
    const again = run(session)
    expect(await again.exited).toBe(255)
  }, 20_000)

  test('is refused where the task was started without it', async () => {
    await change({ enableExecuteCommand: false, forceNewDeployment: true })
    await steady()
    const [task] = await bench.tasks()
    const asked = { cluster: 'c', task: task.taskArn, interactive: true, command: 'true' }
    await expect(bench.call('ExecuteCommand', asked)).rejects.toThrow(
      'execute command was not enabled when the task was run',
    )
  }, 20_000)
})

describe('Application Auto Scaling', () => {
  const ResourceId = 'service/c/s'
  const at = { ServiceNamespace: 'ecs', ResourceId, ScalableDimension: 'ecs:service:DesiredCount' }
  const scaling = (action: string, more: object = {}) =>
    bench.call(action, { ...at, ...more }, 'application-autoscaling')
  const target = async () =>
    (await scaling('DescribeScalableTargets', { ResourceId: undefined, ResourceIds: [ResourceId] }))
      .ScalableTargets[0]
  const suspended = {
    DynamicScalingInSuspended: true,
    DynamicScalingOutSuspended: true,
    ScheduledScalingSuspended: true,
  }

  test('RegisterScalableTarget lifts the count to the minimum at once', async () => {
    await scaling('RegisterScalableTarget', { MinCapacity: 2, MaxCapacity: 3 })
    expect((await bench.service()).desiredCount).toBe(2)
    const [activity] = (await scaling('DescribeScalingActivities')).ScalingActivities
    expect(activity).toMatchObject({
      StatusCode: 'Successful',
      StatusMessage: 'Successfully set desired count to 2. Change successfully fulfilled by ecs.',
    })
  })
  test('the flags are kept; suspending at 0 with a minimum starts tasks again', async () => {
    await scaling('RegisterScalableTarget', { SuspendedState: suspended })
    expect((await target()).SuspendedState).toEqual(suspended)
    await change({ desiredCount: 0 })
    expect((await bench.service()).desiredCount).toBe(0)
    await scaling('RegisterScalableTarget', { SuspendedState: { ScheduledScalingSuspended: false } })
    expect((await bench.service()).desiredCount).toBe(2)
    expect(await target()).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 3,
      SuspendedState: { ...suspended, ScheduledScalingSuspended: false },
    })
  })
  test('policies come back as they were put, with the two alarms of AWS', async () => {
    const TargetTrackingScalingPolicyConfiguration = {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    }
    const put = {
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration,
    }
    const first = await scaling('PutScalingPolicy', put)
    const second = await scaling('PutScalingPolicy', put)
    expect(second.PolicyARN).toBe(first.PolicyARN)
    const { ScalingPolicies } = await scaling('DescribeScalingPolicies')
    expect(ScalingPolicies).toHaveLength(1)
    expect(ScalingPolicies[0]).toMatchObject(put)
    const { MetricAlarms = [] } = await metrics.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'TargetTracking-service/c/s' }),
    )
    expect(MetricAlarms.map((it) => [it.EvaluationPeriods, it.Threshold]).sort()).toEqual([
      [15, 63],
      [3, 70],
    ])
  })
  test('an alarm lifts the count when scaling is not suspended, and does not when it is', async () => {
    const flags = (value: boolean) => ({
      SuspendedState: {
        DynamicScalingInSuspended: value,
        DynamicScalingOutSuspended: value,
        ScheduledScalingSuspended: value,
      },
    })
    const { ScalingPolicies } = await scaling('DescribeScalingPolicies')
    const high = ScalingPolicies[0].Alarms.find((it: Json) => it.AlarmName.includes('AlarmHigh')).AlarmName
    await scaling('RegisterScalableTarget', flags(true))
    await change({ desiredCount: 0 })
    const alarm = { AlarmName: high, StateValue: 'ALARM', StateReason: 'test' } as const
    await metrics.send(new SetAlarmStateCommand(alarm))
    await Bun.sleep(500)
    expect((await bench.service()).desiredCount).toBe(0)
    await scaling('RegisterScalableTarget', { MinCapacity: 0, ...flags(false) })
    await until('lifted', async () => (await bench.service()).desiredCount > 0)
    const [activity] = (await scaling('DescribeScalingActivities')).ScalingActivities
    expect(activity.Cause).toBe(`monitor alarm ${high} in state ALARM triggered policy cpu`)
    await metrics.send(new SetAlarmStateCommand({ ...alarm, StateValue: 'OK' }))
  }, 20_000)
  test('scheduled actions are kept with their time zone', async () => {
    await scaling('PutScheduledAction', {
      ScheduledActionName: 'night',
      Schedule: 'cron(0 22 * * ? *)',
      Timezone: 'Europe/Berlin',
      ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
    })
    const { ScheduledActions } = await scaling('DescribeScheduledActions')
    expect(ScheduledActions[0]).toMatchObject({
      ScheduledActionName: 'night',
      Timezone: 'Europe/Berlin',
      ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
    })
  })
  test('deregistering takes policies and alarms with it; then there is none', async () => {
    await scaling('DeregisterScalableTarget')
    expect((await scaling('DescribeScalingPolicies')).ScalingPolicies).toEqual([])
    const { MetricAlarms } = await metrics.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'TargetTracking-' }),
    )
    expect(MetricAlarms).toEqual([])
    await expect(scaling('DeregisterScalableTarget')).rejects.toMatchObject({
      code: 'ObjectNotFoundException',
    })
    expect(
      scaling('RegisterScalableTarget', { ResourceId: 'service/c/none', MinCapacity: 1, MaxCapacity: 1 }),
    ).rejects.toThrow("ECS service doesn't exist")
  })
})

describe('the end', () => {
  test('a deleted service is described as INACTIVE and not listed', async () => {
    await remove()
    expect((await bench.call('ListServices', { cluster: 'c' })).serviceArns).toEqual([])
    await expect(change({ desiredCount: 1 })).rejects.toMatchObject({ code: 'ServiceNotActiveException' })
  }, 20_000)

  test('stop: no process outlives the rehearsal, not even a deaf one', async () => {
    await bench.define({ environment: [{ name: 'MODE', value: 'deaf' }] })
    await create()
    const [task] = await until('running', async () => {
      const tasks = await bench.tasks()
      return tasks[0]?.lastStatus === 'RUNNING' && tasks
    })
    const port = bench.network.portOf(task.containers[0].networkInterfaces[0].privateIpv4Address)
    const pid = Number(
      await until('answers', () =>
        fetch(`http://127.0.0.1:${port}/pid`).then(
          (it) => it.text(),
          () => '',
        ),
      ),
    )
    const before = Date.now()
    bench.goDown()
    await bench.ecs.stop()
    expect(Date.now() - before).toBeLessThan(5_000)
    expect(() => process.kill(pid, 0)).toThrow()
  }, 20_000)
})
