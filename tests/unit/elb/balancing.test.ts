import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  DeregisterTargetsCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { type Balanced, eventually, startBalanced } from './balanced.ts'

// A busy machine takes its time to start moto, and to find a target healthy.
setDefaultTimeout(60_000)

let b: Balanced
beforeAll(async () => {
  b = await startBalanced()
}, 60_000)
afterAll(() => b?.stop())

const register = (...Targets: { Id: string; Port?: number }[]) =>
  b.client.send(new RegisterTargetsCommand({ TargetGroupArn: b.targetGroupArn, Targets: Targets.map(plain) }))
const deregister = (...Targets: { Id: string; Port?: number }[]) =>
  b.client.send(
    new DeregisterTargetsCommand({ TargetGroupArn: b.targetGroupArn, Targets: Targets.map(plain) }),
  )
const plain = ({ Id, Port }: { Id: string; Port?: number }) => (Port ? { Id, Port } : { Id })
const state = async (Id: string) => (await b.health()).find(([id]) => id === Id)?.slice(1)

describe('a load balancer', () => {
  test('says 127.0.0.1 and one lasting port as its DNS name in every answer', async () => {
    const { LoadBalancers } = await b.client.send(new DescribeLoadBalancersCommand({ Names: ['front'] }))
    expect(`http://${LoadBalancers?.[0]?.DNSName}`).toBe(b.url)
  })

  test("answers 503 in AWS's words while no target is registered", async () => {
    const response = await fetch(b.url)
    expect(response.status).toBe(503)
    expect(response.headers.get('server')).toBe('awselb/2.0')
    expect(await response.text()).toContain('<center><h1>503 Service Temporarily Unavailable</h1></center>')
  })

  test('finds a new target healthy about a second after registering, and says who asked', async () => {
    const server = await b.serve(async (request) =>
      Response.json({
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
        url: request.url,
      }),
    )
    const started = performance.now()
    await register(server)
    expect(await state(server.Id)).toEqual([
      'initial',
      'Elb.RegistrationInProgress',
      'Target registration is in progress',
    ])
    await eventually(async () => expect(await state(server.Id)).toEqual(['healthy']))
    expect(performance.now() - started).toBeLessThan(2_000)
    const response = await fetch(`${b.url}/some/path?q=1&q=2`, {
      method: 'POST',
      body: 'question',
      headers: { 'x-forwarded-for': '9.9.9.9', 'x-custom': 'kept' },
    })
    const { headers, body, url } = (await response.json()) as {
      headers: Record<string, string>
      body: string
      url: string
    }
    expect(body).toBe('question')
    expect(url).toEndWith('/some/path?q=1&q=2')
    expect(headers).toMatchObject({
      host: b.url.slice('http://'.length),
      'x-forwarded-for': '9.9.9.9, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      'x-custom': 'kept',
      'content-length': '8',
    })
    expect(headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
    await deregister(server)
    await eventually(async () => expect(await b.health()).toEqual([]))
    const { TargetHealthDescriptions } = await b.client.send(
      new DescribeTargetHealthCommand({
        TargetGroupArn: b.targetGroupArn,
        Targets: [{ Id: server.Id, Port: 8080 }],
      }),
    )
    expect(TargetHealthDescriptions?.[0]?.TargetHealth).toEqual({
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    })
  })

  test('streams events as they come, and tells the target when the client leaves', async () => {
    let left = false
    const server = await b.serve((request) => {
      request.signal.addEventListener('abort', () => {
        left = true
      })
      const body = new ReadableStream({
        async start(controller) {
          for (let i = 0; i < 50 && !left; i++) {
            controller.enqueue(`data: ${i}\n\n`)
            await Bun.sleep(100)
          }
          controller.close()
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    await register(server)
    await eventually(async () => expect(await state(server.Id)).toEqual(['healthy']))
    const abort = new AbortController()
    const response = await fetch(`${b.url}/events`, { signal: abort.signal })
    const times: number[] = []
    const reader = response.body!.getReader()
    for (let i = 0; i < 5; i++) {
      await reader.read()
      times.push(performance.now())
    }
    expect(times[4]! - times[0]!).toBeGreaterThan(250)
    expect(b.loadBalancers.targets.inFlight(b.targetGroupArn, server)).toBe(1)
    abort.abort()
    await eventually(() => expect(left).toBe(true), 2_000)
    await eventually(() => expect(b.loadBalancers.targets.inFlight(b.targetGroupArn, server)).toBe(0), 1_000)
    await deregister(server)
  })

  test('drains: no new requests, the one in flight ends well, then the target is unused', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const old = await b.serve(async () => {
      await held
      return new Response('old')
    })
    await register(old)
    await eventually(async () => expect(await state(old.Id)).toEqual(['healthy']))
    const inFlight = fetch(`${b.url}/slow`)
    await eventually(() => expect(b.loadBalancers.targets.inFlight(b.targetGroupArn, old)).toBe(1))
    const next = await b.serve(() => new Response('next'))
    await register(next)
    await eventually(async () => expect(await state(next.Id)).toEqual(['healthy']))
    await deregister(old)
    expect(await state(old.Id)).toEqual([
      'draining',
      'Target.DeregistrationInProgress',
      'Target deregistration is in progress',
    ])
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(b.url).then((r) => r.text())))
    expect(new Set(answers)).toEqual(new Set(['next']))
    expect(await state(old.Id)).toContain('draining')
    release()
    expect(await (await inFlight).text()).toBe('old')
    await eventually(async () => expect(await state(old.Id)).toBeUndefined(), 1_000)
    await deregister(next)
  })

  test('cuts off what is still in flight when the deregistration delay is over', async () => {
    const stuck = await b.serve(({ url }) => {
      if (!url.endsWith('/stream')) return new Promise(() => {})
      const start = (controller: ReadableStreamDefaultController) => controller.enqueue('data: begun\n\n')
      return new Response(new ReadableStream({ start }), { headers: { 'content-type': 'text/event-stream' } })
    })
    await register(stuck)
    await eventually(async () => expect(await state(stuck.Id)).toEqual(['healthy']))
    const inFlight = fetch(`${b.url}/stuck`)
    const stream = await fetch(`${b.url}/stream`)
    // Heard at once: it may be cut before the other one is.
    const body = stream.text().then(
      () => 'whole',
      () => 'cut',
    )
    await eventually(() => expect(b.loadBalancers.targets.inFlight(b.targetGroupArn, stuck)).toBe(2))
    const started = performance.now()
    await deregister(stuck)
    expect((await inFlight).status).toBe(502)
    expect(await body).toBe('cut')
    expect(performance.now() - started).toBeGreaterThan(3_500)
    expect(await state(stuck.Id)).toBeUndefined()
  }, 10_000)

  test('no request fails while targets are replaced one after the other', async () => {
    const serve = () => b.serve(async () => new Response('fine'))
    let current = await serve()
    await register(current)
    await eventually(async () => expect(await state(current.Id)).toEqual(['healthy']))
    let going = true
    const statuses: Record<number, number> = {}
    const clients = Array.from({ length: 4 }, async (_, client) => {
      while (going) {
        const response = await fetch(`${b.url}/roll`, {
          method: client % 2 ? 'POST' : 'GET',
          body: client % 2 ? 'x' : null,
        })
        await response.text()
        statuses[response.status] = (statuses[response.status] ?? 0) + 1
      }
    })
    for (let round = 0; round < 4; round++) {
      const next = await serve()
      await register(next)
      await eventually(async () => expect(await state(next.Id)).toEqual(['healthy']))
      await deregister(current)
      await eventually(async () => expect(await state(current.Id)).toBeUndefined())
      await current.stop()
      await b.network.detach(current.eni)
      current = next
    }
    going = false
    await Promise.all(clients)
    expect(Object.keys(statuses)).toEqual(['200'])
    expect(statuses[200]).toBeGreaterThan(100)
    await deregister(current)
  }, 20_000)
})
