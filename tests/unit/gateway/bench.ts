import { setDefaultTimeout } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Handlers, Members } from '../../../rehearsal/gateway/call'
import { type GatewayOptions, startGateway } from '../../../rehearsal/gateway/gateway'
import type { RecordedCall } from '../../../rehearsal/gateway/record'
import { startMoto } from '../../../rehearsal/moto'
import { clone } from '../../../rehearsal/place'
import type { World } from '../../../rehearsal/world'

// moto loads a service when it is first called, IAM with all managed policies: seconds on a busy machine.
setDefaultTimeout(60_000)

/** A gateway in front of a moto of its own, and the settings that lead an SDK client or a command to it. */
export async function bench(
  handlers: Handlers[] = [],
  part?: (world: World) => { handlers: Handlers } & Pick<GatewayOptions, 'routes'>,
) {
  const dir = mkdtempSync(join(tmpdir(), 'tria-gateway-'))
  const stopping = new AbortController()
  const moto = await startMoto({ dir, clone, signal: stopping.signal })
  const logged: string[] = []
  const world: World = {
    dir,
    account: '123456789012',
    region: 'us-east-1',
    motoUrl: moto.url,
    gatewayUrl: '',
    log: (part, message) => void logged.push(`${part}: ${message}`),
    stopping: stopping.signal,
  }
  const own = part?.(world)
  const gateway = startGateway({
    world,
    port: 0,
    handlers: own ? [...handlers, own.handlers] : handlers,
    models: moto.models,
    ...(own?.routes && { routes: own.routes }),
  })
  world.gatewayUrl = gateway.url
  const credentials = { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench' }
  return {
    world,
    gateway,
    logged,
    settings: {
      endpoint: gateway.url,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
      forcePathStyle: true,
    },
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: dir,
      AWS_ENDPOINT_URL: gateway.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
      ...(process.env.PYENV_ROOT && { PYENV_ROOT: process.env.PYENV_ROOT }),
    },
    /** A signed call in JSON, for services of which no client is installed. */
    async json(service: string, target: string, input: Record<string, unknown>, version = '1.1') {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: {
          ...signed(service),
          'content-type': `application/x-amz-json-${version}`,
          'x-amz-target': target,
        },
        body: JSON.stringify(input),
      })
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Members,
      }
    },
    /** What the gateway wrote of the calls that it saw; it writes a few times a second. */
    async written(): Promise<RecordedCall[]> {
      await Bun.sleep(400)
      const lines = readFileSync(join(dir, 'calls.jsonl'), 'utf8').trim().split('\n')
      return lines.map((line) => JSON.parse(line) as RecordedCall)
    },
    async stop() {
      await gateway.stop()
      await moto.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export type Bench = Awaited<ReturnType<typeof bench>>

/** Headers that name a caller the way SigV4 does; nothing here checks the signature itself. */
export function signed(service: string, region = 'us-east-1'): Record<string, string> {
  const scope = `AKIABENCH/20260101/${region}/${service}/aws4_request`
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` }
}
