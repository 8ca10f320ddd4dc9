import { ElastiCache } from '@aws-sdk/client-elasticache'
import { secure } from '../../rehearsal/small-door'
import type { Trouble } from '../../rehearsal/small-trouble'
import type { Drill } from './drill'

const nothing = async () => undefined

/** HTTPS for a domain; made once. */
let door: ReturnType<typeof secure> | undefined
const behind = ({ small }: Trouble) => {
  door ??= secure(small, { domain: 'chat.example.com', names: ['chat.example.com'] })
  return door
}

/** What is not brought back: nothing is played after these. */
export const lastDrills: Drill[] = [
  {
    name: 'a domain whose record in DNS was never made',
    causes: ['domain-astray'],
    async play(trouble) {
      await behind(trouble)
      return nothing
    },
    noticed: async () => 'nobody who types the domain gets there',
  },
  {
    name: 'a certificate for another domain on the load balancer',
    causes: ['certificate-wrong'],
    async play(trouble) {
      const { present } = await behind(trouble)
      await present(['other.example.com'])
      return () => present(['chat.example.com'])
    },
    noticed: async () => 'browsers refuse the address',
  },
  {
    name: "a cache that was deleted behind Terraform's back",
    causes: ['cache-down'],
    async play({ small }) {
      const elasticache = new ElastiCache(small.settings)
      await elasticache.deleteReplicationGroup({ ReplicationGroupId: small.stack.replicationGroup })
      return nothing
    },
  },
]
