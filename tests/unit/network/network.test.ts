import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import net from 'node:net'
import { contains } from '../../../rehearsal/network/addresses.ts'
import { createNetwork, type Eni, type Network } from '../../../rehearsal/network/network.ts'
import { ingress, listOf, makeVpc, natGateway, startWorld, textOf, type Vpc } from './moto.ts'

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
const storeHost = 'db.abc.us-east-1.rds.amazonaws.com'

/** A process with the network of a task, which is told what to do. */
async function startTask(of: Eni) {
  const { preload, env } = await network.processEnvironment(of, [8080])
  const child = Bun.spawn([process.execPath, '--preload', preload, `${import.meta.dir}/task.ts`], {
    env: { PATH: process.env.PATH ?? '', ...env },
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
