import { join } from 'node:path'
import type { World } from '../world'
import { AwsError, type Call, type Handler, type Handlers } from './call'
import { type ControlRoutes, control } from './control'
import { type Fault, faultList } from './faults'
import { forward } from './forward'
import { gapHandlers } from './gaps/all'
import { type Model, serviceModels } from './models'
import { passedRoles, permissionOf } from './permission'
import { decodeAnswer } from './protocol/decode'
import { encodeAnswer, encodeError } from './protocol/encode'
import { readWire, type Wire } from './protocol/wire'
import { callerOf, recorder } from './record'
import { regionCheck } from './regions'
import { resourceOf } from './resource'
import { isUnanswered, unknownList, unknownOperation } from './unknown'

/** The rehearsal's own parts call with this key: no call of a user's, and so neither recorded nor failed. */
const ownKey = 'rehearsal'

export interface GatewayOptions {
  world: World
  /** 0 takes a free one. */
  port: number
  /** Stacked: for one action the first of the array comes first; the fixes of moto's gaps come last. */
  handlers: Handlers[]
  /** Where botocore keeps AWS's service models: `moto.models`. */
  models: string | undefined
  /** Further paths below `/_rehearsal/`. */
  routes?: ControlRoutes
}

/** AWS's one endpoint on this machine: answers what the handlers know, and asks moto for the rest. */
export function startGateway({ world, port, handlers, models: folder, routes = {} }: GatewayOptions) {
  const models = serviceModels(folder)
  const checkRegion = regionCheck(folder)
  const calls = recorder(world.dir)
  const unknown = unknownList(join(world.dir, 'moto.log'))
  const faults = faultList()
  const stack = [...handlers, ...gapHandlers(world)]

  /** A request, while it is on its way through the stack. */
  interface Passage {
    wire: Wire
    model: Model | undefined
    requestId: string
    call: Omit<Call, 'forward' | 'answer'>
  }

  async function atMoto({ wire, model, call }: Passage): Promise<Response> {
    const raw = call.raw as Uint8Array<ArrayBuffer>
    const response = await forward(world.motoUrl, { ...call, raw }, wire, model)
    if (!(await isUnanswered(wire, response))) return asJson(wire, response)
    // moto answers first and writes its log after.
    await Bun.sleep(50)
    const { call: name, times, reason } = unknown.add(wire)
    if (times === 1)
      world.log('gateway', `unknown call ${name}: ${reason || `moto answered ${response.status}`}`)
    throw unknownOperation(wire)
  }

  /** The answer of the handler at this place of the stack, in the call's protocol. */
  async function at(place: Handler[], passage: Passage): Promise<Response> {
    const [handler, ...below] = place
    if (!handler) return atMoto(passage)
    const { wire, model, requestId, call } = passage
    const next = () => at(below, passage).catch((error) => asError(error, passage))
    const asked = async (body: string) => {
      const action = new URLSearchParams(body).get('Action') ?? wire.action
      const raw = new TextEncoder().encode(body)
      const response = await atMoto({ ...passage, call: { ...call, raw } })
      return decodeAnswer({ ...wire, action }, model, response)
    }
    const answer = await handler({
      ...call,
      forward: next,
      answer: async (body) => (body === undefined ? decodeAnswer(wire, model, await next()) : asked(body)),
    })
    return answer instanceof Response ? answer : encodeAnswer(wire, model, answer, requestId)
  }

  function asError(error: unknown, { wire, model, requestId }: Passage): Response {
    if (error instanceof AwsError) return encodeError(wire, model, error, requestId)
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
    world.log('gateway', `${wire.scope.service}:${wire.action} failed: ${what}`)
    return encodeError(
      wire,
      model,
      new AwsError('InternalFailure', `The rehearsal failed: ${error}`, 500),
      requestId,
    )
  }

  async function answer(request: Request): Promise<Response> {
    const started = performance.now()
    const url = new URL(request.url)
    if (url.pathname.startsWith('/_rehearsal/'))
      return control(request, url, { calls, unknown, faults, routes })
    const raw = await request.bytes()
    const wire = readWire(request, url, raw, models)
    if (!wire) return unsigned()
    const { service, region, accessKey } = wire.scope
    const place = stack.flatMap((part) => part[service]?.[wire.action] ?? part[service]?.['*'] ?? [])
    const input = wire.input()
    const { method, headers } = request
    const passage: Passage = {
      wire,
      model: service === 'ec2' && place.length === 0 ? undefined : models(service),
      requestId: crypto.randomUUID(),
      call: { service, action: wire.action, region, accessKey, input, method, url, headers, raw },
    }
    const resource = resourceOf(wire, world, input)
    const own = accessKey === ownKey
    const response = await (own ? Promise.resolve() : faults.strike(wire, resource))
      .then(() => checkRegion(wire))
      .then(() => at(place, passage))
      .catch((error) => asError(error, passage))
    if (own) return response
    const permission = permissionOf(wire)
    const passes = passedRoles(input)
    const error = response.ok ? undefined : await errorCode(wire, response)
    calls.add({
      time: new Date().toISOString(),
      call: `${service}:${wire.action}`,
      ...(permission && { permission }),
      ...(resource && { resource }),
      ...(passes.length > 0 && { passes }),
      status: response.status,
      ...(error && { error }),
      by: callerOf(headers.get('user-agent') ?? ''),
      accessKey,
      ms: Math.round(performance.now() - started),
    })
    return method === 'HEAD' && response.body
      ? new Response(null, { status: response.status, headers: response.headers })
      : response
  }

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port,
    idleTimeout: 255,
    maxRequestBodySize: 5 * 1024 ** 3,
    fetch: answer,
  })

  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port ?? port,
    /** The calls that nothing here could answer, with how often and why. */
    unknownCalls: unknown.list,
    /** How often each `service:Action` was called. */
    callsSeen: calls.seen,
    recentCalls: calls.recent,
    addFault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    async stop() {
      await server.stop(true)
      calls.stop()
    },
  }
}

/** In the JSON protocols every error of the caller is a 400; moto has some as 404, as other protocols do. */
function asJson(wire: Wire, response: Response): Response {
  if (wire.protocol !== 'json' || response.status <= 400 || response.status >= 500) return response
  return new Response(response.body, { status: 400, headers: response.headers })
}

/** What S3 and the others say to a request without credentials. */
function unsigned(): Response {
  const body = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
  return new Response(body, { status: 403, headers: { 'content-type': 'application/xml' } })
}

async function errorCode(wire: Wire, response: Response): Promise<string | undefined> {
  if (!response.body) return undefined
  const error = await decodeAnswer(wire, undefined, response.clone()).catch((thrown: unknown) => thrown)
  return error instanceof AwsError ? error.code : undefined
}
