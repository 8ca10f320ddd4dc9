import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import net from 'node:net'
import { contains } from '../../../rehearsal/network/addresses.ts'
import { createNetwork, type Eni, type Network } from '../../../rehearsal/network/network.ts'
import { allotPort } from '../../../rehearsal/network/ports.ts'
import { createAuthority } from '../../../rehearsal/stores/authority.ts'
import { ingress, listOf, makeVpc, natGateway, startWorld, textOf, type Vpc } from './moto.ts'

// A busy machine takes its time to start moto, and to find a target healthy.
setDefaultTimeout(60_000)

let surroundings: Awaited<ReturnType<typeof startWorld>>
let vpc: Vpc
let network: Network
let eni: Eni
let task: Awaited<ReturnType<typeof startTask>>
let nat: Awaited<ReturnType<typeof natGateway>>
const store = net.createServer((socket) => socket.end('hello from the store'))
const model = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) =>
    Response.json({
      host: request.headers.get('host'),
      body: await request.text(),
      test: request.headers.get('x-test'),
    }),
})
const cacheHost = 'master.chat.abc.use1.cache.amazonaws.com'
let cache: Awaited<ReturnType<typeof startCache>>
const storeHost = 'db.abc.us-east-1.rds.amazonaws.com'

/** A Redis that speaks TLS alone, under the name that ElastiCache would give it. */
async function startCache() {
  const authority = createAuthority(surroundings.world.dir)
  const { certificate, key } = authority.issue('cache', [cacheHost, '127.0.0.1'])
  const port = allotPort()
  const tls = [
    '--tls-port',
    port,
    '--tls-cert-file',
    certificate,
    '--tls-key-file',
    key,
    '--tls-ca-cert-file',
    authority.ca,
  ]
  const options = ['--port', 0, ...tls, '--tls-auth-clients', 'no', '--save', '', '--bind', '127.0.0.1']
  const child = Bun.spawn(['redis-server', ...options.map(String)], { stdout: 'ignore', stderr: 'inherit' })
  const stop = async () => {
    child.kill()
    await child.exited
  }
  return { port, ca: authority.ca, stop }
}

/** A process with the network of a task, which is told what to do. */
async function startTask(of: Eni) {
  const { preload, env } = await network.processEnvironment(of, [8080])
  const child = Bun.spawn([process.execPath, '--preload', preload, `${import.meta.dir}/task.ts`], {
    env: { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: cache.ca, ...env },
    stdin: 'pipe',
    stdout: 'pipe',
  })
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  async function line(): Promise<string> {
    while (!rest.includes('\n')) {
      const { value, done } = await reader.read()
      if (done) throw new Error('the task ended')
      rest += value
    }
    const [first = ''] = rest.split('\n')
    rest = rest.slice(first.length + 1)
    return first
  }
  return {
    async ask(action: string, argument: string | number) {
      child.stdin.write(`${action} ${argument}\n`)
      child.stdin.flush()
      return JSON.parse(await line()) as { value?: Record<string, unknown> | string; error?: string }
    },
    async stop() {
      child.kill()
      await child.exited
    },
  }
}

beforeAll(async () => {
  surroundings = await startWorld()
  const { world, query } = surroundings
  vpc = await makeVpc(query)
  nat = await natGateway(query, vpc)
  network = createNetwork(world)
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  const address = store.address() as net.AddressInfo
  network.registerEndpoint(() => [
    {
      host: storeHost,
      port: 5432,
      realPort: address.port,
      kind: 'postgres',
      securityGroups: [vpc.groups.rds],
    },
  ])
  cache = await startCache()
  const cacheEndpoint = { host: cacheHost, port: 6379, realPort: cache.port, kind: 'redis' }
  network.registerEndpoint({ ...cacheEndpoint, securityGroups: [vpc.groups.rds] })
  network.registerEndpoint({
    host: 'api.openai.com',
    port: 443,
    realPort: model.port ?? 0,
    kind: 'internet',
    plain: true,
    securityGroups: [],
  })
  const { privateSubnets, groups } = vpc
  eni = await network.attach({
    subnetIds: privateSubnets,
    securityGroups: [groups.app],
    assignPublicIp: false,
  })
  task = await startTask(eni)
}, 60_000)

afterAll(async () => {
  await task?.stop()
  await cache?.stop()
  await network?.stop()
  await surroundings?.stop()
  store.close()
  model.stop(true)
})

describe('attach', () => {
  test('gives an address of the subnet that EC2 shows too', async () => {
    expect(contains('10.0.11.0/24', eni.privateIp)).toBe(true)
    const shown = await surroundings.query('ec2', 'DescribeNetworkInterfaces', {
      NetworkInterfaceId: [eni.id],
    })
    expect(listOf(shown.networkInterfaceSet).map((one) => textOf(one.privateIpAddress))).toEqual([
      eni.privateIp,
    ])
  })

  test('spreads over the subnets, and never gives an address twice at a time', async () => {
    const options = { subnetIds: vpc.privateSubnets, securityGroups: [vpc.groups.app], assignPublicIp: true }
    const enis = await Promise.all(Array.from({ length: 6 }, () => network.attach(options)))
    expect(new Set(enis.map((one) => one.privateIp)).size).toBe(6)
    expect(new Set(enis.map((one) => one.availabilityZone))).toEqual(new Set(['us-east-1a', 'us-east-1b']))
    expect(enis.every((one) => one.publicIp?.startsWith('198.1'))).toBe(true)
    await Promise.all(enis.map((one) => network.detach(one)))
    const left = await surroundings.query('ec2', 'DescribeNetworkInterfaces', { NetworkInterfaceId: [] })
    const ids = listOf(left.networkInterfaceSet).map((one) => textOf(one.networkInterfaceId))
    expect(enis.some((one) => ids.includes(one.id))).toBe(false)
  })
})

describe("a task's process", () => {
  test('listens on its container port, where the network finds it and the task finds itself', async () => {
    const { value } = await task.ask('listen', 8080)
    expect(value).toEqual({ port: 8080, url: 'http://127.0.0.1:8080/' })
    const port = network.lookup(eni.privateIp, 8080)
    expect(port).not.toBe(8080)
    expect(await (await fetch(`http://127.0.0.1:${port}/outside`)).text()).toContain('/outside')
    const self = await task.ask('fetch', 'http://127.0.0.1:8080/self')
    expect(self.value).toEqual({ status: 200, text: 'heard http://127.0.0.1:8080/self' })
  })

  test('listens on a port that its definition does not name, where another task does too', async () => {
    const { privateSubnets, groups } = vpc
    const options = { subnetIds: privateSubnets, securityGroups: [groups.app], assignPublicIp: false }
    const other = await network.attach(options)
    const neighbour = await startTask(other)
    const inside = { port: 9999, url: 'http://127.0.0.1:9999/' }
    expect((await task.ask('listen', 9999)).value).toEqual(inside)
    expect((await neighbour.ask('listen', 9999)).value).toEqual(inside)
    const self = await neighbour.ask('fetch', 'http://127.0.0.1:9999/self')
    expect(self.value).toEqual({ status: 200, text: 'heard http://127.0.0.1:9999/self' })
    await neighbour.stop()
    expect((await task.ask('fetch', 'http://127.0.0.1:9999/still')).value).toMatchObject({ status: 200 })
    await network.detach(other)
  })

  test('hears nothing from a store whose group does not let it in, reaches it once it does, until it is revoked', async () => {
    const { query } = surroundings
    const { rds, app } = vpc.groups
    expect(await task.ask('connect', `${storeHost}:5432`)).toEqual({ value: 'silence' })
    await ingress(query, 'Authorize', rds, 5432, { group: app })
    expect(await task.ask('connect', `${storeHost}:5432`)).toEqual({ value: 'hello from the store' })
    await ingress(query, 'Revoke', rds, 5432, { group: app })
    await Bun.sleep(200)
    expect(await task.ask('connect', `${storeHost}:5432`)).toEqual({ value: 'silence' })
    expect(surroundings.lines.at(-1)).toContain('no ingress rule')
  })

  test('reaches a store that lets in the block of its subnet', async () => {
    const { query } = surroundings
    await ingress(query, 'Authorize', vpc.groups.rds, 5432, { cidr: '10.0.0.0/16' })
    await Bun.sleep(200)
    expect(await task.ask('connect', `${storeHost}:5432`)).toEqual({ value: 'hello from the store' })
    await ingress(query, 'Revoke', vpc.groups.rds, 5432, { cidr: '10.0.0.0/16' })
  })

  test('speaks TLS with a store end to end, through the same rules', async () => {
    const { query } = surroundings
    const { rds, app } = vpc.groups
    expect(await task.ask('redis', `rediss://${cacheHost}:6379`)).toMatchObject({ error: expect.any(String) })
    await ingress(query, 'Authorize', rds, 6379, { group: app })
    await Bun.sleep(200)
    expect(await task.ask('redis', `rediss://${cacheHost}:6379`)).toEqual({ value: 'kept' })
  })

  test('gets an unknown name not resolved, and an unknown address not answered', async () => {
    expect(await task.ask('connect', 'no-such-store.example.com:5432')).toEqual({ error: 'ENOTFOUND' })
    expect(await task.ask('connect', '10.0.12.77:5432')).toEqual({ value: 'silence' })
    expect(await task.ask('connect', `${storeHost}:9999`)).toEqual({ value: 'silence' })
    expect(await task.ask('fetch', 'https://example.com/')).toEqual({ error: 'ENOTFOUND' })
  })

  test('calls the model under its name while its subnet routes to a NAT gateway, and not without', async () => {
    const asked = await task.ask('post', 'https://api.openai.com/v1/chat/completions')
    expect(asked.value).toEqual({ host: 'api.openai.com', body: 'asked', test: 'kept' })
    expect(await network.reachAws(eni, 'secretsmanager')).toEqual({ open: true })
    await nat.removeRoute()
    await Bun.sleep(1_100)
    expect(await task.ask('fetch', 'https://api.openai.com/v1/models')).toEqual({ error: 'TimeoutError' })
    expect(await network.reachAws(eni, 'secretsmanager')).toMatchObject({ open: false })
  })
})

describe('reachAws', () => {
  test('a group that lets out to the prefix list of S3 alone reaches S3 through its gateway endpoint, and nothing else', async () => {
    const { query } = surroundings
    const made = await query('ec2', 'CreateSecurityGroup', {
      GroupName: 'shut',
      GroupDescription: 'shut',
      VpcId: vpc.vpcId,
    })
    const GroupId = textOf(made.groupId)
    const everywhere = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
    await query('ec2', 'RevokeSecurityGroupEgress', { GroupId, IpPermissions: everywhere })
    const lists = listOf((await query('ec2', 'DescribeManagedPrefixLists')).prefixListSet)
    const s3 = lists.find((list) => textOf(list.prefixListName) === 'com.amazonaws.us-east-1.s3')
    const { privateSubnets } = vpc
    const shut = await network.attach({
      subnetIds: privateSubnets,
      securityGroups: [GroupId],
      assignPublicIp: false,
    })
    const tables = await query('ec2', 'DescribeRouteTables', {
      Filter: [{ Name: 'association.subnet-id', Value: [shut.subnetId] }],
    })
    const RouteTableId = listOf(tables.routeTableSet).map((table) => textOf(table.routeTableId))
    const ServiceName = 'com.amazonaws.us-east-1.s3'
    await query('ec2', 'CreateVpcEndpoint', { VpcId: vpc.vpcId, ServiceName, RouteTableId })
    await Bun.sleep(200)
    expect(await network.reachAws(shut, 's3')).toMatchObject({ open: false })
    const toS3 = [
      {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        PrefixListIds: [{ PrefixListId: textOf(s3?.prefixListId) }],
      },
    ]
    await query('ec2', 'AuthorizeSecurityGroupEgress', { GroupId, IpPermissions: toS3 })
    await Bun.sleep(200)
    expect(await network.reachAws(shut, 's3')).toEqual({ open: true })
    expect(await network.reachAws(shut, 'ecr.api')).toMatchObject({ open: false })
  })
})
