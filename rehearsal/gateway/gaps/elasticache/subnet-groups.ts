import { AwsError, type Call, type Handlers, type Members } from '../../call'
import { find } from '../../protocol/xml'
import { askQuery } from '../ask'
import { inRegion, keyOf, type Store } from './store'

/** Cache subnet groups: moto creates and shows them, but neither changes nor deletes one. */
export function subnetGroups(store: Store): Handlers[string] {
  return {
    async CreateCacheSubnetGroup(call) {
      const { CacheSubnetGroupName, CacheSubnetGroupDescription, SubnetIds, Tags } = call.input
      const name = String(CacheSubnetGroupName).toLowerCase()
      if (store.subnetGroups.has(keyOf(call, name))) {
        throw new AwsError('CacheSubnetGroupAlreadyExists', `Cache subnet group ${name} already exists.`)
      }
      const group = {
        CacheSubnetGroupName: name,
        CacheSubnetGroupDescription,
        ...(await subnets(store, call, SubnetIds)),
        ARN: store.arn(call, 'subnetgroup', name),
        SupportedNetworkTypes: ['ipv4'],
      }
      store.subnetGroups.set(keyOf(call, name), group)
      store.tags.add(group.ARN, Tags)
      return { CacheSubnetGroup: group }
    },

    DescribeCacheSubnetGroups(call) {
      const { CacheSubnetGroupName: name } = call.input
      return {
        CacheSubnetGroups: name ? [findSubnetGroup(store, call, name)] : inRegion(call, store.subnetGroups),
      }
    },

    async ModifyCacheSubnetGroup(call) {
      const { CacheSubnetGroupName, CacheSubnetGroupDescription, SubnetIds } = call.input
      const group = findSubnetGroup(store, call, CacheSubnetGroupName)
      if (CacheSubnetGroupDescription) group.CacheSubnetGroupDescription = CacheSubnetGroupDescription
      if (SubnetIds?.length) Object.assign(group, await subnets(store, call, SubnetIds))
      return { CacheSubnetGroup: group }
    },

    DeleteCacheSubnetGroup(call) {
      const group = findSubnetGroup(store, call, call.input.CacheSubnetGroupName)
      const name = group.CacheSubnetGroupName
      if (inRegion(call, store.groups).some((each) => each.settings.CacheSubnetGroupName === name)) {
        throw new AwsError(
          'CacheSubnetGroupInUse',
          `Cache subnet group ${name} is currently in use by a cache cluster.`,
        )
      }
      store.subnetGroups.delete(keyOf(call, name))
      store.tags.forget(group.ARN)
      return {}
    },
  }
}

export function findSubnetGroup(store: Store, call: Call, name: string): Members {
  const group = store.subnetGroups.get(keyOf(call, name))
  if (!group) throw new AwsError('CacheSubnetGroupNotFoundFault', `Cache subnet group ${name} not found.`)
  return group
}

async function subnets(store: Store, call: Call, ids: string[]) {
  const wanted = Object.fromEntries(ids.map((id, index) => [`SubnetId.${index + 1}`, id]))
  const form = { Action: 'DescribeSubnets', Version: '2016-11-15', ...wanted }
  const answer = await askQuery(store.world, 'ec2', call.region, form)
  const found = find(answer, 'subnetSet')?.children ?? []
  if (found.length !== ids.length) {
    throw new AwsError('InvalidSubnet', `Some input subnets in :[${ids.join(', ')}] are invalid.`)
  }
  const text = (item: (typeof found)[number], name: string) => find(item, name)?.text ?? ''
  if (new Set(found.map((item) => text(item, 'vpcId'))).size > 1) {
    throw new AwsError('InvalidSubnet', 'The subnets of a cache subnet group must belong to one VPC.')
  }
  return {
    VpcId: text(found[0]!, 'vpcId'),
    Subnets: found.map((item) => ({
      SubnetIdentifier: text(item, 'subnetId'),
      SubnetAvailabilityZone: { Name: text(item, 'availabilityZone') },
      SupportedNetworkTypes: ['ipv4'],
    })),
  }
}
