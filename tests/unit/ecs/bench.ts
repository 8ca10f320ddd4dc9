import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  type ContainerDefinition,
  CreateClusterCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Durations } from '../../../rehearsal/ecs/durations.ts'
import { createEcs, type Ecs } from '../../../rehearsal/ecs/index.ts'
import type { Eni, Images, Network, Target, TargetHealth, Targets } from '../../../rehearsal/ecs/ports.ts'
import type { Call } from '../../../rehearsal/gateway/call.ts'
import { startMoto } from '../../../rehearsal/moto.ts'
import { freePort } from '../../../rehearsal/ports.ts'
import type { World } from '../../../rehearsal/world.ts'

export type Json = any

/** A program that serves, and misbehaves as its environment says. */
const program = `
const { LISTEN, MODE, VERSION = '1' } = process.env
console.log('version ' + VERSION + ' starts')
if (MODE === 'crash') { console.error('cannot start'); process.exit(3) }
if (process.argv[2] === 'once') { console.log('ran ' + process.argv.slice(2).join(' ') + ' ' + (process.env.EXTRA ?? '')); process.exit(Number(process.argv[3] ?? 0)) }
if (process.argv[2] === 'health') { process.exit(MODE === 'sick' ? 1 : 0) }
if (MODE === 'eat') { globalThis.hoard = []; setInterval(() => globalThis.hoard.push(Buffer.alloc(30_000_000, 1)), 20) }
const server = Bun.serve({ port: Number(LISTEN), hostname: '127.0.0.1', fetch: (request) => {
  const { pathname } = new URL(request.url)
  if (pathname === '/health') return new Response('', { status: MODE === 'broken' ? 500 : 200 })
  if (pathname === '/pid') return new Response(String(process.pid))
  if (pathname === '/env') return Response.json(process.env)
  return new Response(VERSION)
} })
process.on('SIGTERM', () => { if (MODE === 'deaf') return; console.log('goes'); server.stop(); process.exit(0) })
`

export type Bench = Awaited<ReturnType<typeof openBench>>

/** moto, a cluster, an image and the ECS part, with the smallest network and load balancer that are real. */
export async function openBench(durations: Partial<Durations> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'tria-ecs-'))
  const moto = await startMoto({ dir })
  const stopping = new AbortController()
  const logged: string[] = []
  const world: World = {
    dir,
    account: '123456789012',
    region: 'us-east-1',
    motoUrl: moto.url,
    gatewayUrl: moto.url,
    log: (part, message) => logged.push(`${part}: ${message}`),
    stopping: stopping.signal,
  }
  mkdirSync(join(dir, 'image/app'), { recursive: true })
  writeFileSync(join(dir, 'image/app/main.js'), program)
  writeFileSync(join(dir, 'preload.js'), '')
  const network = smallNetwork(join(dir, 'preload.js'))
  await network.ready
  const targets = smallBalancer(network)
  const ecs: Ecs = createEcs(world, {
    network,
    targets,
    images: oneImage(dir),
    trust: { env: { TRUST: 'ca.pem' } },
    durations,
  })
  const settings = {
    endpoint: moto.url,
    region: world.region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  }
  const clients = {
    ecs: new ECSClient(settings),
    iam: new IAMClient(settings),
    ec2: new EC2Client(settings),
    balancers: new ElasticLoadBalancingV2Client(settings),
    secrets: new SecretsManagerClient(settings),
    logs: new CloudWatchLogsClient(settings),
  }
  await clients.ecs.send(new CreateClusterCommand({ clusterName: 'c' }))
  await clients.logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/app' }))
  const trust = {
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } },
    ],
  }
  const role = { RoleName: 'execution', AssumeRolePolicyDocument: JSON.stringify(trust) }
  await clients.iam.send(new CreateRoleCommand(role))
  const allow = (actions: string[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
    })
  const policy = { RoleName: 'execution', PolicyName: 'own' }
  const permit = (actions: string[]) =>
    clients.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: allow(actions) }))
  await permit(['logs:*', 'secretsmanager:GetSecretValue'])

  async function call(action: string, input: object = {}, service = 'ecs'): Promise<Json> {
    const handler = ecs.handlers[service]?.[action]
    if (!handler) throw new Error(`no handler ${service}:${action}`)
    const asked = { service, action, input, region: world.region, accessKey: 'AKIA' } as unknown as Call
    return handler(asked)
  }
  return {
    world,
    network,
    targets,
    call,
    clients,
    permit,
    logged,
    ecs,
    async define(
      container: Partial<ContainerDefinition> = {},
      more: Partial<RegisterTaskDefinitionCommandInput> = {},
    ) {
      const definition: RegisterTaskDefinitionCommandInput = {
        family: 'app',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        executionRoleArn: `arn:aws:iam::${world.account}:role/execution`,
        containerDefinitions: [
          {
            name: 'web',
            image: 'app:1',
            essential: true,
            portMappings: [{ containerPort: 8080 }],
            logConfiguration: {
              logDriver: 'awslogs',
              options: {
                'awslogs-group': '/ecs/app',
                'awslogs-region': 'us-east-1',
                'awslogs-stream-prefix': 'ecs',
              },
            },
            ...container,
          },
        ],
        ...more,
      }
      const { taskDefinition } = await clients.ecs.send(new RegisterTaskDefinitionCommand(definition))
      return taskDefinition!.taskDefinitionArn!
    },
    deregister: (taskDefinition: string) =>
      clients.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition })),
    async secret(Name: string, SecretString: string) {
      return (await clients.secrets.send(new CreateSecretCommand({ Name, SecretString }))).ARN!
    },
    async lines(task: string) {
      const where = { logGroupName: '/ecs/app', logStreamName: `ecs/web/${task.split('/').at(-1)}` }
      const { events } = await clients.logs.send(new GetLogEventsCommand({ ...where, startFromHead: true }))
      return (events ?? []).map((event) => event.message!)
    },
    /** A target group behind a load balancer's listener, and one that nothing uses. */
    async targetGroups() {
      const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}))
      const group = async (Name: string) => {
        const settings = {
          Name,
          Port: 8080,
          Protocol: 'HTTP',
          TargetType: 'ip',
          VpcId: Subnets[0]!.VpcId,
        } as const
        return (await clients.balancers.send(new CreateTargetGroupCommand(settings))).TargetGroups![0]!
          .TargetGroupArn!
      }
      const [used, unused] = [await group('used'), await group('unused')]
      const balancer = new CreateLoadBalancerCommand({
        Name: 'b',
        Subnets: Subnets.slice(0, 2).map((it) => it.SubnetId!),
      })
      const { LoadBalancers } = await clients.balancers.send(balancer)
      await clients.balancers.send(
        new CreateListenerCommand({
          LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn!,
          Port: 80,
          Protocol: 'HTTP',
          DefaultActions: [{ Type: 'forward', TargetGroupArn: used }],
        }),
      )
      return { used, unused }
    },
    service: async () => (await call('DescribeServices', { cluster: 'c', services: ['s'] })).services[0],
    async tasks(desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING') {
      const { taskArns } = await call('ListTasks', { cluster: 'c', desiredStatus })
      if (taskArns.length === 0) return []
      return (await call('DescribeTasks', { cluster: 'c', tasks: taskArns })).tasks
    },
    goDown: () => stopping.abort(),
    async close() {
      stopping.abort()
      await ecs.stop()
      targets.stop()
      await moto.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export const vpc = {
  awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
}

/** Waits until the world is so, and says what it was when it never is. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  within = 15_000,
): Promise<Exclude<T, false | '' | null | undefined>> {
  const deadline = Date.now() + within
  for (;;) {
    const found = await look()
    if (found) return found as Exclude<T, false | '' | null | undefined>
    if (Date.now() > deadline) throw new Error(`never: ${what}`)
    await Bun.sleep(30)
  }
}

function smallNetwork(
  preload: string,
): Network & { ready: Promise<void>; attached: Set<string>; portOf(ip: string): number } {
  const free: number[] = []
  const ports = new Map<string, number>()
  const attached = new Set<string>()
  let count = 0
  const ready = Promise.all(Array.from({ length: 60 }, freePort)).then((all) => void free.push(...all))
  return {
    ready,
    attached,
    portOf: (ip) => ports.get(ip)!,
    async attach(wish): Promise<Eni> {
      const privateIp = `10.0.0.${++count}`
      attached.add(privateIp)
      return {
        id: `eni-${count}`,
        privateIp,
        subnetId: wish.subnetIds[0]!,
        securityGroups: wish.securityGroups,
        mac: '0a:00',
        availabilityZone: 'us-east-1a',
      }
    },
    listen(eni) {
      if (!ports.has(eni.privateIp)) ports.set(eni.privateIp, free.pop()!)
      return ports.get(eni.privateIp)!
    },
    async processEnvironment(eni) {
      return { preload, env: { LISTEN: String(this.listen(eni, 8080)) } }
    },
    reachAws: async () => ({ open: true }),
    detach(eni) {
      attached.delete(eni.privateIp)
    },
  }
}

/** Asks every target's /health and calls it healthy after one good answer, unhealthy after two bad ones. */
function smallBalancer(
  network: ReturnType<typeof smallNetwork>,
): Targets & { stop(): void; all: Map<string, TargetHealth> } {
  const all = new Map<string, TargetHealth>()
  const bad = new Map<string, number>()
  const heard: (() => void)[] = []
  const timer = setInterval(async () => {
    for (const [ip, health] of all) {
      if (health.State === 'draining') continue
      const ok = await fetch(`http://127.0.0.1:${network.portOf(ip)}/health`).then(
        (it) => it.ok,
        () => false,
      )
      const failures = ok ? 0 : (bad.get(ip) ?? 0) + 1
      bad.set(ip, failures)
      const State = ok ? 'healthy' : failures >= 2 ? 'unhealthy' : health.State
      if (all.get(ip) !== health || State === health.State) continue
      all.set(
        ip,
        State === 'unhealthy'
          ? { State, Description: 'Health checks failed with these codes: [500]' }
          : { State },
      )
      for (const it of heard) it()
    }
  }, 50)
  return {
    all,
    register: (_, { Id }: Target) => void all.set(Id, { State: 'initial' }),
    deregister(_, { Id }) {
      all.set(Id, { State: 'draining' })
      setTimeout(() => all.delete(Id), 150)
    },
    health: (_, { Id }) => all.get(Id) ?? { State: 'unused', Reason: 'Target.NotRegistered' },
    onChange: (it) => void heard.push(it),
    stop: () => clearInterval(timer),
  }
}

const oneImage = (dir: string): Images => ({
  async resolve(reference) {
    if (!reference.startsWith('app:')) throw new Error(`${reference}: not found`)
    const config = {
      Env: ['FROM_IMAGE=yes', 'PATH=/nowhere'],
      Entrypoint: ['bun', 'main.js'],
      Cmd: ['serve'],
      WorkingDir: '/app',
    }
    const architecture = /^app:(a[mr][md]64)$/.exec(reference)?.[1]
    return { digest: 'sha256:abc', root: join(dir, 'image'), config, ...(architecture && { architecture }) }
  },
})
