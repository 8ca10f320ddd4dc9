import { DescribeDBInstancesCommand, DescribeDBParametersCommand, RDSClient } from '@aws-sdk/client-rds'
import { regionalClients } from '../clients.ts'
import { AwsError, type Call, type Handlers } from '../gateway/call.ts'
import type { World } from '../world.ts'
import type { Authority } from './authority.ts'
import { removeData } from './identity.ts'
import { type Postgres, postgresHouse } from './postgres.ts'
import { checkMaster, checkPassword } from './rules.ts'
import { maxConnections } from './sizes.ts'

export interface Database {
  id: string
  region: string
  port: number
  instanceClass: string
  storage: number
  master: string
  securityGroups: string[]
  subnets: string[]
  server: Postgres
}

/** The parameters that mean the same to a plain Postgres; RDS's other ones (`rds.*`, preloaded libraries) stay on paper. */
const honoured =
  /^(max_connections|(statement|lock|idle_in_transaction_session)_timeout|log_min_duration_statement|work_mem)$/

/** RDS instances as real servers. moto keeps what they are called; here they live. */
export function databases(world: World, authority: Authority) {
  const house = postgresHouse(world.dir, authority)
  const live = new Map<string, Database>()
  const rds = regionalClients(world, (settings) => new RDSClient(settings))

  async function create(call: Call) {
    const { input } = call
    if (!String(input.Engine).startsWith('postgres')) return call.forward()
    if (input.MasterUsername) checkMaster(input.MasterUsername)
    if (input.MasterUserPassword) checkPassword(input.MasterUserPassword)
    const answer = await call.forward()
    if (answer.ok) await build(call)
    return answer
  }

  async function build({ input, region }: Call): Promise<void> {
    const id = String(input.DBInstanceIdentifier)
    const described = await rds.in(region).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
    const instance = described.DBInstances?.[0]
    const host = instance?.Endpoint?.Address
    if (!instance || !host) throw new Error(`Create database: moto does not know ${id}`)
    const instanceClass = instance.DBInstanceClass ?? 'db.t4g.micro'
    const server = await house.create(
      id,
      host,
      await settings(region, input.DBParameterGroupName, instanceClass),
    )
    await server.start()
    await furnish(server, input.MasterUsername, input.MasterUserPassword, input.DBName)
    live.set(id, {
      id,
      region,
      port: instance.Endpoint?.Port ?? 5432,
      instanceClass,
      storage: instance.AllocatedStorage ?? 20,
      master: input.MasterUsername,
      securityGroups: (instance.VpcSecurityGroups ?? []).flatMap((it) => it.VpcSecurityGroupId ?? []),
      subnets: (instance.DBSubnetGroup?.Subnets ?? []).flatMap((it) => it.SubnetIdentifier ?? []),
      server,
    })
    world.log('stores', `database ${id}: PostgreSQL on 127.0.0.1:${server.port}`)
  }

  async function settings(region: string, group: string | undefined, instanceClass: string) {
    const set: Record<string, string> = { max_connections: String(maxConnections(instanceClass)) }
    let forceSsl = true
    if (group) {
      const asked = new DescribeDBParametersCommand({ DBParameterGroupName: group })
      const { Parameters = [] } = await rds
        .in(region)
        .send(asked)
        .catch(() => ({ Parameters: [] }))
      for (const { ParameterName: name = '', ParameterValue: value } of Parameters) {
        if (value === undefined) continue
        if (name === 'rds.force_ssl') forceSsl = value === '1'
        // A value with braces is one of RDS's formulas.
        else if (honoured.test(name) && !value.includes('{')) set[name] = value
      }
    }
    return { parameters: set, forceSsl }
  }

  async function modify(call: Call) {
    const { input } = call
    const database = live.get(input.DBInstanceIdentifier)
    if (input.MasterUserPassword) checkPassword(input.MasterUserPassword)
    const answer = await call.forward()
    if (!answer.ok || !database) return answer
    if (input.MasterUserPassword) await changePassword(database, input.MasterUserPassword)
    if (Array.isArray(input.VpcSecurityGroupIds))
      database.securityGroups = input.VpcSecurityGroupIds.map(String)
    if (input.DBInstanceClass) database.instanceClass = input.DBInstanceClass
    if (input.AllocatedStorage) database.storage = Number(input.AllocatedStorage)
    if (input.NewDBInstanceIdentifier) {
      live.delete(database.id)
      live.set(input.NewDBInstanceIdentifier, { ...database, id: input.NewDBInstanceIdentifier })
    }
    return answer
  }

  /** Runs `then` on the instance's server after moto agreed to the call. */
  const after = (then: (database: Database) => Promise<void>) => async (call: Call) => {
    const answer = await call.forward()
    const database = live.get(call.input.DBInstanceIdentifier)
    if (answer.ok && database) await then(database)
    return answer
  }

  const handlers: Handlers = {
    rds: {
      CreateDBInstance: create,
      ModifyDBInstance: modify,
      StopDBInstance: after(({ server }) => server.stop()),
      StartDBInstance: after(({ server }) => server.start()),
      RebootDBInstance: after(async ({ server }) => {
        await server.stop()
        await server.start()
      }),
      DeleteDBInstance: after(async ({ id, server }) => {
        live.delete(id)
        await server.remove()
      }),
    },
  }
  return {
    handlers,
    live,
    stop: async () => {
      await Promise.all([...live.values()].map(({ server }) => server.remove()))
      await house.stop()
      rds.destroy()
      removeData(world.dir)
    },
  }
}

/** The master as RDS makes it: may create databases and roles, is no superuser; the first database is the master's. */
async function furnish(
  server: Postgres,
  master: string,
  password: string | undefined,
  database: string | undefined,
) {
  await server.admin(async (client) => {
    const name = client.escapeIdentifier(master)
    await client.query('create role rds_superuser nologin')
    await client.query('grant pg_monitor, pg_signal_backend to rds_superuser with admin option')
    const secret = password === undefined ? '' : `password ${client.escapeLiteral(password)}`
    await client.query(`create role ${name} login createdb createrole ${secret} in role rds_superuser`)
    if (database) await client.query(`create database ${client.escapeIdentifier(database)} owner ${name}`)
  })
}

async function changePassword({ master, server, id }: Database, password: string): Promise<void> {
  if (!server.running())
    throw new AwsError('InvalidDBInstanceState', `Database instance is not in available state: ${id}`)
  await server.admin((client) =>
    client.query(`alter role ${client.escapeIdentifier(master)} password ${client.escapeLiteral(password)}`),
  )
}
