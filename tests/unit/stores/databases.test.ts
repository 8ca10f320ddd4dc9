import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { Client } from 'pg'
import { createStores, type DataStores } from '../../../rehearsal/stores/stores.ts'
import { caller, smallWorld } from './moto.ts'

let small: Awaited<ReturnType<typeof smallWorld>>
let stores: DataStores
let aws: ReturnType<typeof caller>

const instance = {
  DBInstanceIdentifier: 'shop-db',
  DBInstanceClass: 'db.t4g.micro',
  Engine: 'postgres',
  EngineVersion: '16.4',
  MasterUsername: 'shop',
  MasterUserPassword: 'first-password',
  DBName: 'orders',
  AllocatedStorage: 20,
}

beforeAll(async () => {
  small = await smallWorld()
  stores = createStores(small.world)
  aws = caller(small.world, stores.handlers)
  await aws('rds', 'CreateDBInstance', instance)
}, 60_000)

afterAll(async () => {
  await stores.stop()
  await small.stop()
})

async function connect(password: string, database = 'orders', tls = true) {
  const [endpoint] = await stores.endpoints()
  if (!endpoint) throw new Error('no endpoint')
  const ssl = tls && { ca: readFileSync(stores.ca, 'utf8'), servername: endpoint.host }
  const login = { user: 'shop', password, database }
  const client = new Client({ host: '127.0.0.1', port: endpoint.realPort, ssl, ...login })
  await client.connect()
  return client
}

describe('databases', () => {
  test('CreateDBInstance makes the master and its database, reached with full verification', async () => {
    const client = await connect('first-password')
    const { rows } = await client.query(
      'select current_user u, current_database() d, rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user',
    )
    expect(rows[0]).toEqual({
      u: 'shop',
      d: 'orders',
      rolsuper: false,
      rolcreatedb: true,
      rolcreaterole: true,
    })
    await client.query('create table t (a int)')
    await client.end()
  })

  test('the endpoint is the name that Terraform reads, on the standard port', async () => {
    const [endpoint] = await stores.endpoints()
    expect(endpoint).toMatchObject({ kind: 'postgres', port: 5432 })
    expect(endpoint?.host).toMatch(/^shop-db\.\w+\.us-east-1\.rds\.amazonaws\.com$/)
  })

  test('a connection without TLS is refused, and so is a certificate for another name', async () => {
    await expect(connect('first-password', 'orders', false)).rejects.toThrow(
      /no pg_hba.conf entry|no encryption/,
    )
    const [endpoint] = await stores.endpoints()
    const ssl = { ca: readFileSync(stores.ca, 'utf8'), servername: 'other.us-east-1.rds.amazonaws.com' }
    const client = new Client({
      host: '127.0.0.1',
      port: endpoint!.realPort,
      ssl,
      user: 'shop',
      password: 'first-password',
    })
    await expect(client.connect()).rejects.toThrow(/altname|certificate/i)
  })

  test('max_connections is what RDS gives the size', async () => {
    const client = await connect('first-password')
    const { rows } = await client.query('show max_connections')
    expect(rows[0].max_connections).toBe('112')
    await client.end()
  })

  test('a password outside the alphabet of RDS is refused in its words', async () => {
    const call = aws('rds', 'CreateDBInstance', {
      ...instance,
      DBInstanceIdentifier: 'x',
      MasterUserPassword: 'with/slash1',
    })
    await expect(call).rejects.toThrow(
      `Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`,
    )
  })

  test('ModifyDBInstance changes the password: the old one is out, the new one in', async () => {
    await aws('rds', 'ModifyDBInstance', {
      DBInstanceIdentifier: 'shop-db',
      MasterUserPassword: 'second-password',
      ApplyImmediately: true,
    })
    await expect(connect('first-password')).rejects.toThrow(/password authentication failed/)
    await (await connect('second-password')).end()
  })

  test('metrics of the server arrive in CloudWatch', async () => {
    const client = await connect('second-password')
    await stores.sample()
    await client.end()
    const cloudwatch = new CloudWatchClient({
      endpoint: small.world.motoUrl,
      region: 'us-east-1',
      credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    })
    const ask = async (MetricName: string) => {
      const Dimensions = [{ Name: 'DBInstanceIdentifier', Value: 'shop-db' }]
      const window = {
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 60,
      }
      const of = { Namespace: 'AWS/RDS', MetricName, Dimensions, ...window, Statistics: ['Maximum' as const] }
      return (await cloudwatch.send(new GetMetricStatisticsCommand(of))).Datapoints?.[0]?.Maximum
    }
    expect(await ask('DatabaseConnections')).toBe(1)
    expect(await ask('CPUCreditBalance')).toBe(288)
    expect(await ask('FreeStorageSpace')).toBeGreaterThan(19 * 2 ** 30)
  })

  test('StopDBInstance refuses connections and keeps the data; StartDBInstance brings both back', async () => {
    await aws('rds', 'StopDBInstance', { DBInstanceIdentifier: 'shop-db' })
    await expect(connect('second-password')).rejects.toThrow()
    await aws('rds', 'StartDBInstance', { DBInstanceIdentifier: 'shop-db' })
    const client = await connect('second-password')
    expect((await client.query('select count(*)::int n from t')).rows[0].n).toBe(0)
    await client.end()
  })

  test('DeleteDBInstance leaves no endpoint and no server', async () => {
    const [before] = await stores.endpoints()
    await aws('rds', 'DeleteDBInstance', { DBInstanceIdentifier: 'shop-db', SkipFinalSnapshot: true })
    expect(await stores.endpoints()).toEqual([])
    await expect(
      Bun.connect({ hostname: '127.0.0.1', port: before!.realPort, socket: { data() {} } }),
    ).rejects.toThrow()
  })
})
