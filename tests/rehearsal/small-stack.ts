import { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { type AwsVpcConfiguration, ECS, type KeyValuePair, type Secret } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import { container, containerPort, stackOf } from '../../runbooks/aws/stack'
import { pushImage } from './small-image'
import { makeCache, makeNetwork } from './small-network'
import { executionRole, makeAlarm, makeDatabase, makeStateBucket, migrate, storeInputs } from './small-parts'

export interface SmallStackOptions {
  environment?: string
  /** Tasks to begin with; scaling is from `min` to `max`. */
  tasks?: number
  min?: number
  max?: number
  /** A Redis that the replicas share. */
  cache?: boolean
  /** All that `verify` looks for: a cache, a Postgres with its tables, an alarm; and a state bucket for lock and journal. */
  complete?: boolean
  /** More of the container's environment. */
  variables?: Record<string, string>
  /** Seconds of draining, before a task is ended. */
  drain?: number
  /** What happens while the service's first deployment runs: it cannot complete before. */
  atFirst?: () => Promise<unknown>
}

export type SmallStack = Awaited<ReturnType<typeof smallStack>>

/**
 * An environment without Terraform, in seconds: what serves is real (image, tasks, load balancer, scaling), under the
 * names of `stackOf`; unless it is `complete` it has no database, no alarms and no bucket. `env` is a rehearsal's, as `rehearse.ts env` gives it.
 */
export async function smallStack(
  env: Record<string, string | undefined>,
  {
    environment = 'staging',
    tasks = 2,
    min = 1,
    max = 4,
    complete = false,
    cache = complete,
    variables = {},
    drain = 2,
    atFirst,
  }: SmallStackOptions = {},
) {
  const stack = stackOf(environment)
  const settings = {
    endpoint: env.AWS_ENDPOINT_URL!,
    region: env.AWS_REGION!,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
  }
  const clients = {
    ecs: new ECS(settings),
    elb: new ElasticLoadBalancingV2(settings),
    scaling: new ApplicationAutoScaling(settings),
  }
  const [image, secret, role, place] = await Promise.all([
    pushImage(settings, stack.repository, env),
    storeInputs(settings, stack.inputSecret),
    executionRole(settings, `${stack.prefix}-execution`),
    makeNetwork(settings, stack.prefix),
  ])
  const { ecs, elb } = clients
  const [redis, database] = await Promise.all([
    cache ? makeCache(settings, stack.replicationGroup, place) : undefined,
    complete ? makeDatabase(settings, stack, place) : undefined,
    complete && makeAlarm(settings, stack),
    complete && makeStateBucket(settings),
  ])
  await new CloudWatchLogs(settings).createLogGroup({ logGroupName: stack.logGroup })
  await ecs.createCluster({ clusterName: stack.cluster })

  const { LoadBalancers } = await elb.createLoadBalancer({
    Name: stack.loadBalancer,
    Subnets: place.subnets,
    SecurityGroups: [place.balancerGroup],
  })
  const balancer = LoadBalancers![0]!
  const { TargetGroups } = await elb.createTargetGroup({
    Name: stack.targetGroup,
    Protocol: 'HTTP',
    Port: containerPort,
    TargetType: 'ip',
    VpcId: place.vpc,
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  })
  const targetGroup = TargetGroups![0]!.TargetGroupArn!
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn: targetGroup,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(drain) }],
  })
  await elb.createListener({
    LoadBalancerArn: balancer.LoadBalancerArn!,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
  })

  /** A revision of the service's family, with more or other variables than the first. */
  async function revision(
    more: Record<string, string> = {},
    { image: of = image, without = [], secrets = {}, marks = {}, cpu = 256 }: RevisionOptions = {},
  ): Promise<string> {
    const values = {
      PORT: String(containerPort),
      ENVIRONMENT: environment,
      TRUSTED_PROXY_HOPS: '1',
      DRAIN_SECONDS: '1',
      ...(redis && { REDIS_URL: redis }),
      ...variables,
      ...more,
    }
    const { taskDefinition } = await ecs.registerTaskDefinition({
      family: stack.family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: String(cpu),
      memory: String(2 * cpu),
      executionRoleArn: role,
      ...(Object.keys(marks).length > 0 && {
        tags: Object.entries(marks).map(([key, value]) => ({ key: `tria:${key}`, value })),
      }),
      containerDefinitions: [
        {
          name: container,
          image: of,
          essential: true,
          portMappings: [{ containerPort }],
          environment: Object.entries(values).map(([name, value]): KeyValuePair => ({ name, value })),
          secrets: Object.entries({
            ...Object.fromEntries(
              ['OPENAI_API_KEY', 'SECRET_KEY', 'ADMIN_TOKEN'].map((name) => [
                name,
                `${secret}:${name.toLowerCase()}::`,
              ]),
            ),
            ...(database && { DATABASE_URL: `${database}:DATABASE_URL::` }),
            ...secrets,
          })
            .filter(([name]) => !without.includes(name))
            .map(([name, valueFrom]): Secret => ({ name, valueFrom })),
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': stack.logGroup,
              'awslogs-region': settings.region,
              'awslogs-stream-prefix': 'app',
            },
          },
        },
      ],
    })
    return taskDefinition!.taskDefinitionArn!
  }

  const first = await revision()
  const network: AwsVpcConfiguration = {
    subnets: place.subnets,
    securityGroups: [place.appGroup],
    assignPublicIp: 'ENABLED',
  }
  const check = (HealthCheckPath: string) =>
    elb.modifyTargetGroup({ TargetGroupArn: targetGroup, HealthCheckPath })
  if (atFirst) await check('/nowhere')
  if (complete) await migrate(ecs, stack.cluster, first, network)
  await ecs.createService({
    cluster: stack.cluster,
    serviceName: stack.service,
    taskDefinition: first,
    desiredCount: tasks,
    launchType: 'FARGATE',
    healthCheckGracePeriodSeconds: 30,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    networkConfiguration: {
      awsvpcConfiguration: network,
    },
    loadBalancers: [{ targetGroupArn: targetGroup, containerName: container, containerPort }],
  })
  const scaled = {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${stack.cluster}/${stack.service}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const
  await clients.scaling.registerScalableTarget({ ...scaled, MinCapacity: min, MaxCapacity: max })
  if (atFirst) {
    await atFirst()
    await check('/health')
  }

  return {
    stack,
    settings,
    ...clients,
    scaled,
    targetGroup,
    firstRevision: first,
    image,
    /** The same server as the image of another commit: another digest. */
    imageOf: (commit: string) => pushImage(settings, stack.repository, env, commit),
    address: `http://${balancer.DNSName}`,
    revision,
    async service() {
      const found = await ecs.describeServices({
        cluster: stack.cluster,
        services: [stack.service],
        include: ['TAGS'],
      })
      return found.services![0]!
    },
    async target() {
      const { ScalableTargets } = await clients.scaling.describeScalableTargets({
        ServiceNamespace: 'ecs',
        ResourceIds: [scaled.ResourceId],
      })
      return ScalableTargets![0]!
    },
    /** Back to how it began, whatever was remembered: the count first, then the flags. */
    async reset(): Promise<void> {
      const { cluster, service } = stack
      await ecs.updateService({ cluster, service, desiredCount: tasks })
      await clients.scaling.registerScalableTarget({
        ...scaled,
        MinCapacity: min,
        MaxCapacity: max,
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
      })
      const { serviceArn, tags = [] } = await this.service()
      const tagKeys = tags.map(({ key }) => key!)
      if (tagKeys.length > 0) await ecs.untagResource({ resourceArn: serviceArn!, tagKeys })
    },
    /** Its deployment is over. */
    async settled(withinMs = 120_000): Promise<void> {
      for (const deadline = Date.now() + withinMs; ; await Bun.sleep(200)) {
        const { deployments = [], runningCount, desiredCount } = await this.service()
        const done = deployments.length === 1 && deployments[0]!.rolloutState === 'COMPLETED'
        if (done && runningCount === desiredCount) return
        if (Date.now() > deadline) throw new Error(`Not settled: ${JSON.stringify(deployments)}`)
      }
    },
    /** As many targets as are wanted are healthy. */
    async healthy(count = tasks, withinMs = 60_000): Promise<void> {
      for (const deadline = Date.now() + withinMs; ; await Bun.sleep(200)) {
        const health = await elb.describeTargetHealth({ TargetGroupArn: targetGroup })
        const states = health.TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State) ?? []
        if (states.filter((state) => state === 'healthy').length >= count) return
        if (Date.now() > deadline) throw new Error(`Not ${count} healthy targets: ${states.join(', ')}`)
      }
    },
  }
}

interface RevisionOptions {
  image?: string
  /** Secrets it does without. */
  without?: string[]
  /** More secrets, or other places of the same: name → `ARN:key::`. */
  secrets?: Record<string, string>
  /** What deploy writes on it, without `tria:`. */
  marks?: Record<string, string>
  /** Its memory is twice that, in MiB. */
  cpu?: number
}

/** By hand: `eval "$(bun runbooks/rehearse.ts env)"; bun tests/rehearsal/small-stack.ts '{"tasks":2}'`. */
if (import.meta.main) {
  const made = await smallStack(process.env, JSON.parse(process.argv[2] ?? '{}'))
  await made.healthy()
  console.log(made.address)
}
