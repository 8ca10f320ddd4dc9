import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Call, Handlers } from '../../../rehearsal/gateway/call.ts'
import { startMoto } from '../../../rehearsal/moto.ts'
import { clone } from '../../../rehearsal/place.ts'
import type { World } from '../../../rehearsal/world.ts'

/** A moto and a world around it, with no gateway in between: what a handler needs to be called. */
export async function smallWorld() {
  const dir = mkdtempSync(join(tmpdir(), 'tria-stores-'))
  const stopping = new AbortController()
  const moto = await startMoto({ dir, clone, signal: stopping.signal })
  const world: World = {
    dir,
    account: '123456789012',
    region: 'us-east-1',
    motoUrl: moto.url,
    gatewayUrl: moto.url,
    log() {},
    stopping: stopping.signal,
  }
  return {
    world,
    async stop() {
      await moto.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Calls an action as the gateway does: through its handler, if there is one, to moto. */
export function caller(world: World, handlers: Handlers) {
  return async (service: string, action: string, input: Record<string, unknown>) => {
    const forward = () => query(world, service, action, input)
    const handler = handlers[service]?.[action]
    const call = { service, action, region: world.region, input, forward } as unknown as Call
    const answer = handler ? await handler(call) : await forward()
    if (answer instanceof Response && !answer.ok) throw new Error(await answer.text())
    return answer
  }
}

function query(
  world: World,
  service: string,
  action: string,
  input: Record<string, unknown>,
): Promise<Response> {
  const version = service === 'rds' ? '2014-10-31' : '2015-02-02'
  const body = new URLSearchParams({ Action: action, Version: version })
  for (const [name, value] of Object.entries(input)) {
    if (Array.isArray(value))
      for (const [index, it] of value.entries()) body.set(`${name}.member.${index + 1}`, String(it))
    else body.set(name, String(value))
  }
  const authorization = `AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=s`
  return fetch(world.motoUrl, { method: 'POST', body, headers: { authorization } })
}
