import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startMoto } from './moto.ts'
import { startParts } from './parts.ts'
import { forget, reap, record, startOf } from './pids.ts'
import { clone, rehearsalDir } from './place.ts'
import { freePort } from './ports.ts'
import { clearState, type State, writeState } from './state.ts'
import { removeData } from './stores/identity.ts'

/** The one process of a rehearsal: holds all its parts, and goes when it is told to or when moto does. */
const dir = rehearsalDir()
mkdirSync(dir, { recursive: true })
removeData(dir)
for (const left of ['tls', 'tasks']) rmSync(join(dir, left), { recursive: true, force: true })

const stopping = new AbortController()
let down: Promise<void> | undefined
const stops: { part: string; stop: () => Promise<void> | void }[] = []
const started = (part: string, stop: () => Promise<void> | void) => void stops.push({ part, stop })
const log = (part: string, message: string) =>
  appendFileSync(join(dir, 'daemon.log'), `${new Date().toISOString()} ${part}: ${message}\n`)
const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(signal, 0))
// One part's mistake does not take the others down; the log has it.
process.on('unhandledRejection', (error) => log('daemon', `unhandled: ${stackOf(error)}`))
process.on('uncaughtException', (error) => log('daemon', `uncaught: ${stackOf(error)}`))

const state = await newState()
if (state.owner) follow(state.owner)
try {
  await start()
} catch (error) {
  log('daemon', `does not start: ${stackOf(error)}`)
  await goDown('it does not start')
  writeState(dir, {
    ...state,
    phase: 'failed',
    error: error instanceof Error ? error.message : String(error),
  })
  process.exit(1)
}

async function start(): Promise<void> {
  const phase = (waitingFor: string) => writeState(dir, { ...state, waitingFor })
  phase('moto, the AWS that remembers')
  const spawned = (pid: number) => record(dir, 'moto', pid)
  const moto = await startMoto({ dir, clone, signal: stopping.signal, spawned })
  started('moto', moto.stop)
  void moto.exited.then((code) => {
    forget(dir, moto.pid)
    if (!stopping.signal.aborted) void end(`moto ended with ${code}`, 1)
  })
  state.ports.moto = Number(new URL(moto.url).port)
  state.urls.moto = moto.url
  const { account, region } = state
  const urls = { motoUrl: moto.url, gatewayUrl: state.urls.aws }
  const world = { dir, account, region, ...urls, log, stopping: stopping.signal }
  const { model } = startParts({ world, moto, gatewayPort: state.ports.aws, phase, started })
  state.ports.model = model.port
  state.urls.model = model.url
  writeState(dir, { ...state, phase: 'up' })
  log('daemon', `up at ${state.urls.aws}`)
}

async function newState(): Promise<State> {
  const aws = await freePort()
  const owner = Number(process.env.TRIA_REHEARSAL_OWNER ?? 0)
  return {
    ...(owner > 0 && { owner: { pid: owner, process: startOf(owner) ?? 'ended' } }),
    pid: process.pid,
    process: startOf(process.pid)!,
    phase: 'starting',
    started: new Date().toISOString(),
    ports: { aws, model: 0, moto: 0 },
    urls: { aws: `http://127.0.0.1:${aws}`, model: '', moto: '' },
    account: '123456789012',
    region: process.env.AWS_REGION || 'us-east-1',
  }
}

/** Whoever started it for himself may be killed without a word: then nobody else would take it down. */
function follow(owner: { pid: number; process: string }): void {
  const look = () => {
    if (startOf(owner.pid) !== owner.process)
      void end(`process ${owner.pid}, whose rehearsal it is, ended`, 0)
  }
  setInterval(look, 1000).unref()
}

async function end(why: string, code: number): Promise<void> {
  await goDown(why)
  process.exit(code)
}

function goDown(why: string): Promise<void> {
  down ??= stopAll(why)
  return down
}

async function stopAll(why: string): Promise<void> {
  log('daemon', `going down: ${why}`)
  stopping.abort()
  // In the reverse of the order they started in, each for so long and no longer.
  for (const { part, stop } of stops.toReversed()) {
    const stopped = Promise.resolve().then(stop)
    await Promise.race([stopped, Bun.sleep(8000)]).catch((error) => log(part, `stop failed: ${error}`))
  }
  await reap(dir, { grace: 500 })
  clearState(dir)
  log('daemon', 'down')
}
