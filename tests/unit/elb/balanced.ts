import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { createLoadBalancers, type LoadBalancers } from '../../../rehearsal/elb/load-balancers.ts'
import { startGateway } from '../../../rehearsal/gateway/gateway.ts'
import { freePort } from '../../../rehearsal/moto.ts'
import { createNetwork, type Eni, type Network } from '../../../rehearsal/network/network.ts'
import { type Query, queryMoto } from '../../../rehearsal/network/query.ts'
import { ingress, makeVpc, startWorld, type Vpc } from '../network/moto.ts'

/** A load balancer in a VPC, reached through the gateway by AWS's own client. */
export interface Balanced {
  client: ElasticLoadBalancingV2Client
  network: Network
  loadBalancers: LoadBalancers
  vpc: Vpc
  query: Query
  motoUrl: string
  /** As clients of AWS ask: through the gateway. */
  ask: Query
  /** `http://127.0.0.1:<port>` */
  url: string
  loadBalancerArn: string
  listenerArn: string
  targetGroupArn: string
  attach(): Promise<Eni>
  /** A server at an address of the VPC, on container port 8080. */
  serve(answer: (request: Request) => Response | Promise<Response>): Promise<Server>
  health(): Promise<(string | undefined)[][]>
  stop(): Promise<void>
}

export interface Server {
  Id: string
  Port: number
  eni: Eni
  port: number
  stop(): Promise<void>
}

export async function startBalanced(
  group: Partial<CreateTargetGroupCommandInput> = {},
  attributes: Record<string, string> = {},
): Promise<Balanced> {
  const surroundings = await startWorld()
  const { query } = surroundings
  const port = await freePort()
  const world = { ...surroundings.world, gatewayUrl: `http://127.0.0.1:${port}` }
  const network = createNetwork(world)
  const loadBalancers = createLoadBalancers(world, { network })
  const gateway = startGateway({
    world,
    port,
    handlers: [loadBalancers.handlers, network.handlers],
    models: surroundings.models,
  })
  const client = new ElasticLoadBalancingV2Client({
    endpoint: gateway.url,
    region: world.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
  const vpc = await makeVpc(query)
  await ingress(query, 'Authorize', vpc.groups.alb, 80, { cidr: '0.0.0.0/0' })
  await ingress(query, 'Authorize', vpc.groups.app, 8080, { group: vpc.groups.alb })

  const balancer = await client.send(
    new CreateLoadBalancerCommand({
      Name: 'front',
      Subnets: vpc.publicSubnets,
      SecurityGroups: [vpc.groups.alb],
    }),
  )
  const { LoadBalancerArn: loadBalancerArn = '', DNSName } = balancer.LoadBalancers?.[0] ?? {}
  const made = await client.send(
    new CreateTargetGroupCommand({
      Name: 'servers',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: vpc.vpcId,
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
      ...group,
    }),
  )
  const targetGroupArn = made.TargetGroups?.[0]?.TargetGroupArn ?? ''
  const given = { 'deregistration_delay.timeout_seconds': '4', ...attributes }
  const Attributes = Object.entries(given).map(([Key, Value]) => ({ Key, Value }))
  await client.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn, Attributes }))
  const listener = await client.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  )
  const attach = () =>
    network.attach({
      subnetIds: vpc.privateSubnets,
      securityGroups: [vpc.groups.app],
      assignPublicIp: false,
    })

  const servers: Server[] = []
  return {
    client,
    network,
    loadBalancers,
    vpc,
    query,
    motoUrl: world.motoUrl,
    ask: queryMoto({ ...world, motoUrl: gateway.url }),
    url: `http://${DNSName}`,
    loadBalancerArn,
    listenerArn: listener.Listeners?.[0]?.ListenerArn ?? '',
    targetGroupArn,
    attach,
    async serve(answer) {
      const eni = await attach()
      const port = network.listen(eni, 8080)
      const server = Bun.serve({
        hostname: '127.0.0.1',
        port,
        idleTimeout: 75,
        fetch: (request) =>
          new URL(request.url).pathname === '/health' ? new Response('ok') : answer(request),
      })
      const one = { Id: eni.privateIp, Port: 8080, eni, port, stop: () => server.stop(true) }
      servers.push(one)
      return one
    },
    async health() {
      const { TargetHealthDescriptions } = await client.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
      )
      return (TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) =>
        [Target?.Id, TargetHealth?.State, TargetHealth?.Reason, TargetHealth?.Description].filter(Boolean),
      )
    },
    async stop() {
      for (const server of servers) await server.stop()
      client.destroy()
      await gateway.stop()
      await loadBalancers.stop()
      await network.stop()
      await surroundings.stop()
    },
  }
}

/** Asks until it is so, and fails after a while with what was last seen. */
export async function eventually(check: () => Promise<void> | void, within = 10_000): Promise<void> {
  const deadline = Date.now() + within
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await Bun.sleep(50)
    }
  }
}
