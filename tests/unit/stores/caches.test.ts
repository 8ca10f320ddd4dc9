import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { Redis } from 'ioredis'
import { createStores, type DataStores } from '../../../rehearsal/stores/stores.ts'
import { caller, smallWorld } from './moto.ts'

let small: Awaited<ReturnType<typeof smallWorld>>
let stores: DataStores
let aws: ReturnType<typeof caller>

beforeAll(async () => {
  small = await smallWorld()
  stores = createStores(small.world)
  aws = caller(small.world, stores.handlers)
  await setPolicy('allkeys-lru')
  await aws('elasticache', 'CreateReplicationGroup', {
    ReplicationGroupId: 'shop-redis',
    ReplicationGroupDescription: 'cache',
    CacheNodeType: 'cache.t4g.micro',
    Engine: 'redis',
    NumCacheClusters: 1,
    TransitEncryptionEnabled: true,
    SecurityGroupIds: ['sg-1'],
    CacheParameterGroupName: 'shop',
  })
}, 60_000)

/** moto lacks parameter groups of caches; the gateway's gap answers for it. */
async function setPolicy(value: string) {
  const change = stores.handlers.elasticache!.ModifyCacheParameterGroup!
  const pair = { ParameterName: 'maxmemory-policy', ParameterValue: value }
  const input = { CacheParameterGroupName: 'shop', ParameterNameValues: [pair] }
  await change({ input, forward: async () => new Response('') } as unknown as Parameters<typeof change>[0])
}

async function redis() {
  const { host, realPort } = await primary()
  return new Redis({
    host: '127.0.0.1',
    port: realPort,
    tls: { ca: readFileSync(stores.ca, 'utf8'), servername: host },
  })
}

afterAll(async () => {
  await stores.stop()
  await small.stop()
})

async function primary() {
  const found = (await stores.endpoints()).find((it) => it.host.startsWith('master.'))
  if (!found) throw new Error('no primary endpoint')
  return found
}

describe('caches', () => {
  test('CreateReplicationGroup starts a Redis whose certificate names the endpoint', async () => {
    expect((await primary()).securityGroups).toEqual(['sg-1'])
    const client = await redis()
    await client.set('a', '1')
    expect(await client.get('a')).toBe('1')
    client.disconnect()
  })

  test('it has the memory of its size and the policy of its parameter group, also when that changes', async () => {
    const client = await redis()
    expect(await client.config('GET', 'maxmemory')).toEqual(['maxmemory', String(2 ** 29)])
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru'])
    await setPolicy('volatile-ttl')
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'volatile-ttl'])
    client.disconnect()
  })

  test('a name that is not the endpoint does not verify', async () => {
    const { realPort } = await primary()
    const options = {
      host: '127.0.0.1',
      port: realPort,
      ca: readFileSync(stores.ca, 'utf8'),
      servername: 'evil.test',
    }
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect(options, () => resolve('connected'))
      socket.once('error', (error) => resolve(error.message))
    })
    expect(outcome).toMatch(/altname|certificate/i)
  })

  test('ModifyReplicationGroup with another security group changes what guards the endpoint', async () => {
    const modify = stores.handlers.elasticache!.ModifyReplicationGroup!
    const input = { ReplicationGroupId: 'shop-redis', SecurityGroupIds: ['sg-2'] }
    // moto lacks the action; the gateway's gap answers it.
    await modify({ input, forward: async () => new Response('') } as unknown as Parameters<typeof modify>[0])
    expect((await primary()).securityGroups).toEqual(['sg-2'])
  })

  test('DeleteReplicationGroup ends the server', async () => {
    const { realPort } = await primary()
    await aws('elasticache', 'DeleteReplicationGroup', { ReplicationGroupId: 'shop-redis' })
    expect(await stores.endpoints()).toEqual([])
    await expect(
      Bun.connect({ hostname: '127.0.0.1', port: realPort, socket: { data() {} } }),
    ).rejects.toThrow()
  })
})
