import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { registryHandlers } from './docker/ecr.ts'
import { createImages } from './docker/images.ts'
import { createEcs } from './ecs/index.ts'
import { createLoadBalancers } from './elb/load-balancers.ts'
import { startGateway } from './gateway/gateway.ts'
import { startModel } from './model/model.ts'
import { startMoto } from './moto.ts'
import { createNetwork } from './network/network.ts'
import { forget, reap, record, startOf } from './pids.ts'
import { clone, rehearsalDir } from './place.ts'
import { freePort } from './ports.ts'
import { clearState, type State, writeState } from './state.ts'
import { createStores } from './stores/stores.ts'
import { trust } from './trust.ts'
import { createFirewalls } from './waf/firewalls.ts'
import type { World } from './world.ts'

/** The one process of a rehearsal: holds all its parts, and goes when it is told to or when moto does. */
async function main(dir: string): Promise<void> {
  const stopping = new AbortController()
  const stops: [string, () => Promise<void>][] = []
  const started = new Date().toISOString()
  const log = (part: string, message: string) =>
    appendFileSync(join(dir, 'daemon.log'), `${new Date().toISOString()} ${part}: ${message}\n`)

  let down: Promise<void> | undefined
  const goDown = (why: string) => (down ??= stopAll(why))
  async function stopAll(why: string): Promise<void> {
    log('daemon', `going down: ${why}`)
    stopping.abort()
    // In the reverse of the order they started in, each for so long and no longer.
    for (const [part, stop] of stops.reverse()) {
      await Promise.race([stop(), Bun.sleep(8000)]).catch((error) => log(part, `stop failed: ${error}`))
    }
    await reap(dir, { grace: 500 })
    clearState(dir)
    log('daemon', 'down')
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void goDown(signal).then(() => process.exit(0)))
  }
  process.on('unhandledRejection', (error) => log('daemon', `unhandled: ${(error as Error)?.stack ?? error}`))
  process.on('uncaughtException', (error) => log('daemon', `uncaught: ${error.stack ?? error}`))

  const region = process.env.AWS_REGION || 'us-east-1'
  const ports = { aws: await freePort(), model: 0, moto: 0 }
  const url = (port: number) => `http://127.0.0.1:${port}`
  const state: State = {
    pid: process.pid,
    process: startOf(process.pid)!,
    phase: 'starting',
    started,
    ports,
    urls: { aws: url(ports.aws), model: '', moto: '' },
    account: '123456789012',
    region,
  }
  const phase = (waitingFor: string) => writeState(dir, { ...state, waitingFor })

  try {
    phase('moto, the AWS that remembers')
    const spawned = (pid: number) => record(dir, 'moto', pid)
    const moto = await startMoto({ dir, clone, signal: stopping.signal, spawned })
    stops.push(['moto', moto.stop])
    void moto.exited.then((code) => {
      forget(dir, moto.pid)
      if (!stopping.signal.aborted) void goDown(`moto ended with ${code}`).then(() => process.exit(1))
    })
    state.ports.moto = Number(new URL(moto.url).port)
    state.urls.moto = moto.url
    const world: World = {
      dir,
      account: state.account,
      region,
      motoUrl: moto.url,
      gatewayUrl: state.urls.aws,
      log,
      stopping: stopping.signal,
    }

    phase('the data stores and the model')
    const stores = createStores(world)
    stops.push(['stores', stores.stop])
    if (stores.outside) state.outside = stores.outside
    const model = startModel()
    stops.push(['model', model.stop])
    state.ports.model = model.port
    state.urls.model = model.url

    phase('the network, the load balancer and the scheduler')
    const network = createNetwork(world)
    stops.push(['network', network.stop])
    network.registerEndpoint(() => stores.endpoints())
    const openai = { host: 'api.openai.com', port: 443, kind: 'internet', plain: true, securityGroups: [] }
    network.registerEndpoint({ ...openai, realPort: model.port })
    const firewalls = createFirewalls(world)
    stops.push(['waf', async () => firewalls.stop()])
    const balancers = createLoadBalancers(world, { network, firewalls })
    stops.push(['elb', balancers.stop])
    const ecs = createEcs(world, {
      network,
      targets: balancers.targets,
      images: createImages(world),
      trust: trust(stores.ca),
    })
    stops.push(['ecs', ecs.stop])

    phase('the gateway')
    const handlers = [
      ecs.handlers,
      balancers.handlers,
      firewalls.handlers,
      network.handlers,
      stores.handlers,
      registryHandlers(world),
    ]
    const routes = { memory: () => process.memoryUsage() }
    const gateway = startGateway({ world, port: ports.aws, handlers, models: moto.models, routes })
    stops.push(['gateway', gateway.stop])
    writeState(dir, { ...state, phase: 'up' })
    log('daemon', `up at ${gateway.url}`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    log('daemon', `does not start: ${error instanceof Error ? error.stack : message}`)
    await goDown('it does not start')
    writeState(dir, { ...state, phase: 'failed', error: message })
    process.exit(1)
  }
}

const dir = rehearsalDir()
mkdirSync(dir, { recursive: true })
for (const left of ['data', 'tls', 'tasks']) rmSync(join(dir, left), { recursive: true, force: true })
await main(dir)
