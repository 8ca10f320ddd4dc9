import { resolve } from 'node:path'
import { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { ECR } from '@aws-sdk/client-ecr'
import { ECS, type KeyValuePair, type Secret } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import { IAM } from '@aws-sdk/client-iam'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { container, containerPort, stackOf } from '../../runbooks/aws/stack'
import { makeCache, makeNetwork } from './small-network'

export interface SmallStackOptions {
  environment?: string
  /** Tasks to begin with; scaling is from `min` to `max`. */
  tasks?: number
  min?: number
  max?: number
  /** A Redis that the replicas share. */
  cache?: boolean
  /** More of the container's environment. */
  variables?: Record<string, string>
  /** Seconds of draining, before a task is ended. */
  drain?: number
}

export type SmallStack = Awaited<ReturnType<typeof smallStack>>

/**
 * An environment without Terraform, in seconds: what serves is real (image, tasks, load balancer, scaling), under the
 * names of `stackOf`; it has no database, no alarms and no state. `env` is a rehearsal's, as `rehearse.ts env` gives it.
 */
export async function smallStack(
  env: Record<string, string | undefined>,
  {
    environment = 'staging',
    tasks = 2,
    min = 1,
    max = 4,
    cache = false,
    variables = {},
    drain = 2,
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
  const redis = cache ? await makeCache(settings, stack.replicationGroup, place) : undefined
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
    { image: of = image, without = [] }: { image?: string; without?: string[] } = {},
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
      cpu: '256',
      memory: '512',
      executionRoleArn: role,
      containerDefinitions: [
        {
          name: container,
          image: of,
          essential: true,
          portMappings: [{ containerPort }],
          environment: Object.entries(values).map(([name, value]): KeyValuePair => ({ name, value })),
          secrets: ['OPENAI_API_KEY', 'SECRET_KEY', 'ADMIN_TOKEN']
            .filter((name) => !without.includes(name))
            .map((name): Secret => ({ name, valueFrom: `${secret}:${name.toLowerCase()}::` })),
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
  await ecs.createService({
    cluster: stack.cluster,
    serviceName: stack.service,
    taskDefinition: first,
    desiredCount: tasks,
    launchType: 'FARGATE',
    healthCheckGracePeriodSeconds: 30,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: place.subnets,
        securityGroups: [place.appGroup],
        assignPublicIp: 'ENABLED',
      },
    },
    loadBalancers: [{ targetGroupArn: targetGroup, containerName: container, containerPort }],
  })
  const scaled = {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${stack.cluster}/${stack.service}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const
  await clients.scaling.registerScalableTarget({ ...scaled, MinCapacity: min, MaxCapacity: max })

  return {
    stack,
    ...clients,
    scaled,
    targetGroup,
    firstRevision: first,
    image,
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

interface Settings {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** The server's image, by digest, in a repository of the stack's name. */
async function pushImage(settings: Settings, repository: string, env: Record<string, string | undefined>) {
  const ecr = new ECR(settings)
  const { repository: made } = await ecr.createRepository({ repositoryName: repository })
  const tagged = `${made!.repositoryUri}:small`
  const docker = async (words: string[], input = '') => {
    const program = Bun.which('docker', { PATH: env.PATH! })!
    const child = Bun.spawn([program, ...words], {
      env,
      stdin: Buffer.from(input),
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [output, code] = await Promise.all([new Response(child.stderr).text(), child.exited])
    if (code !== 0) throw new Error(`docker ${words[0]}: ${output}`)
  }
  const { authorizationData } = await ecr.getAuthorizationToken({})
  const password = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().slice(4)
  await docker(['login', '--username', 'AWS', '--password-stdin', tagged.split('/')[0]!], password)
  await docker(['build', '-t', tagged, resolve(import.meta.dirname, '../..')])
  await docker(['push', tagged])
  const { imageDetails } = await ecr.describeImages({
    repositoryName: repository,
    imageIds: [{ imageTag: 'small' }],
  })
  return `${made!.repositoryUri}@${imageDetails![0]!.imageDigest}`
}

async function storeInputs(settings: Settings, Name: string): Promise<string> {
  const inputs = {
    openai_api_key: 'sk-rehearsal-0000000000000000',
    secret_key: 'a-signing-key-of-a-small-stack',
    admin_token: 'an-administrators-token-of-a-small-stack',
  }
  // Under the names of the container's variables, which are these in capitals.
  const { ARN } = await new SecretsManager(settings).createSecret({
    Name,
    SecretString: JSON.stringify(inputs),
  })
  return ARN!
}

async function executionRole(settings: Settings, RoleName: string): Promise<string> {
  const iam = new IAM(settings)
  const statement = (more: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] })
  const { Role } = await iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: statement({
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
  })
  await iam.putRolePolicy({
    RoleName,
    PolicyName: 'start',
    PolicyDocument: statement({
      Action: ['ecr:*', 'logs:*', 'secretsmanager:GetSecretValue'],
      Resource: '*',
    }),
  })
  return Role!.Arn!
}

/** By hand: `eval "$(bun runbooks/rehearse.ts env)"; bun tests/rehearsal/small-stack.ts '{"tasks":2}'`. */
if (import.meta.main) {
  const made = await smallStack(process.env, JSON.parse(process.argv[2] ?? '{}'))
  await made.healthy()
  console.log(made.address)
}
