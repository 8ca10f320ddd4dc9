import { toAddress, toNumber } from './addresses.ts'
import { brieflyCached } from './cache.ts'
import type { Endpoint } from './endpoints.ts'
import { judge, type Party, type Verdict } from './firewall.ts'
import type { Eni } from './interfaces.ts'
import type { Query } from './query.ts'
import { canReachAws, canReachInternet, endpointFor, type Landscape } from './routes.ts'
import { readLandscape, readRules } from './vpc.ts'

/** Stands for every address outside the VPC; of a block reserved for documentation. */
export const internetAddress = '203.0.113.10'

/** One of S3's own, which its prefix list covers: groups may let tasks out to that list alone. */
const s3Address = '52.216.0.10'

export type Reach = ReturnType<typeof createReach>

/** Who reaches whom, by EC2's rules and routes as they stand. */
export function createReach(query: Query) {
  const rules = brieflyCached(() => readRules(query))
  const landscape = brieflyCached(() => readLandscape(query))

  async function routeOut(eni: Eni, atMostMs?: number): Promise<Verdict> {
    const origin = { subnet: eni.subnetId, publicIp: eni.publicIp !== undefined }
    return canReachInternet(await landscape.read(atMostMs), origin)
  }

  return {
    /** Whether a connection passes the groups of both ends, by rules read a moment ago: for those who ask with every request. */
    judgeRecent: async (from: Party, to: Party, port: number) => judge(await rules.recent(), from, to, port),

    /** Whether a task's new connection gets to a store, or out to the internet. */
    async endpoint(eni: Eni, { kind, port, securityGroups, subnetIds }: Endpoint): Promise<Verdict> {
      const outside = kind === 'internet'
      // Rules that name blocks need an address: one of the store's own subnets, or of the task's.
      const ip = outside
        ? internetAddress
        : hostAddress(await landscape.recent(), subnetIds?.[0] ?? eni.subnetId)
      const to: Party = { ip, groups: outside ? [] : securityGroups }
      const passed = judge(await rules.read(), partyOf(eni), to, port)
      return passed.open && outside ? routeOut(eni) : passed
    },

    /** Whether the subnet's routes lead a task's packets to the internet, by a reading no older than given. */
    routeOut,

    /** Whether a task can call an AWS service: `ecr.api`, `ecr.dkr`, `s3`, `secretsmanager`, `logs` ... */
    async aws(eni: Eni, service: string): Promise<Verdict> {
      const [land, current] = await Promise.all([landscape.read(), rules.read()])
      const origin = { subnet: eni.subnetId, publicIp: eni.publicIp !== undefined, service }
      const way = canReachAws(land, origin)
      if (!way.open) return way
      const endpoint = endpointFor(land, origin)
      const to =
        endpoint?.type === 'Interface'
          ? { ip: hostAddress(land, endpoint.subnetIds[0] ?? eni.subnetId), groups: endpoint.groups }
          : { ip: service === 's3' ? s3Address : internetAddress, groups: [] }
      return judge(current, partyOf(eni), to, 443)
    },

    /** An address of a subnet for something that has one there but no interface of its own. */
    addressIn: async (subnetId: string) => hostAddress(await landscape.recent(), subnetId),
  }
}

function partyOf(eni: Eni): Party {
  return { ip: eni.privateIp, groups: eni.securityGroups }
}

function hostAddress(land: Landscape, subnetId: string): string {
  const cidr = land.subnets.find(({ id }) => id === subnetId)?.cidr ?? '0.0.0.0/32'
  return toAddress(toNumber(cidr.split('/')[0] ?? '') + 4)
}
