import { project } from '../../aws/stack'
import { pricesOf } from '../../costs'
import type { Check, Place } from '../check'
import { judgeUnused, type Rates, type Things } from '../judges/unused'
import { seriesOver } from './series'

export const unused: Check = {
  id: 'unused',
  title: 'What is paid for and not used',
  async look(place) {
    const [addresses, gateways, images, logGroups, environments] = await Promise.all([
      addressesOf(place),
      gatewaysOf(place),
      imagesOf(place),
      logGroupsOf(place),
      environmentsOf(place),
    ])
    const things = { addresses, gateways, images, logGroups, environments }
    return judgeUnused(things, ratesOf(place.region), place.now.getTime(), project)
  },
}

/** All of the account: an address that belongs to nothing often bears no name either. */
async function addressesOf({ aws }: Place): Promise<Things['addresses']> {
  const ec2 = await aws.ec2()
  const { Addresses = [] } = await ec2.describeAddresses({})
  return Addresses.map(({ AllocationId = '', PublicIp = '', AssociationId }) => ({
    id: AllocationId,
    address: PublicIp,
    attached: AssociationId !== undefined && AssociationId !== '',
  }))
}

async function gatewaysOf(place: Place): Promise<Things['gateways']> {
  const ec2 = await place.aws.ec2()
  const { NatGateways = [] } = await ec2.describeNatGateways({
    Filter: [{ Name: 'state', Values: ['available'] }],
  })
  if (NatGateways.length === 0) return []
  const through = await seriesOver(
    place,
    7,
    Object.fromEntries(
      NatGateways.map(({ NatGatewayId = '' }, i) => [
        `n${i}`,
        {
          namespace: 'AWS/NATGateway',
          metric: 'BytesOutToDestination',
          stat: 'Sum' as const,
          dimensions: { NatGatewayId },
        },
      ]),
    ),
  )
  return NatGateways.map(({ NatGatewayId: id = '', VpcId: vpc = '' }, i) => {
    const points = through[`n${i}`] ?? []
    return {
      id,
      vpc,
      bytes: points.length > 0 ? points.reduce((sum, [, value]) => sum + value, 0) : undefined,
    }
  })
}

async function imagesOf({ aws }: Place): Promise<Things['images']> {
  const ecr = await aws.ecr()
  const images: Things['images'] = []
  for (const repositoryName of await repositoriesOf({ aws })) {
    let nextToken: string | undefined
    do {
      const page = await ecr.describeImages({
        repositoryName,
        maxResults: 1000,
        ...(nextToken && { nextToken }),
      })
      for (const each of page.imageDetails ?? [])
        images.push({
          repository: repositoryName,
          digest: each.imageDigest ?? '',
          tagged: (each.imageTags ?? []).length > 0,
          bytes: each.imageSizeInBytes ?? 0,
          pushed: each.imagePushedAt?.getTime() ?? 0,
          pulled: each.lastRecordedPullTime?.getTime(),
        })
      nextToken = page.nextToken
    } while (nextToken)
  }
  return images
}

async function repositoriesOf({ aws }: Pick<Place, 'aws'>): Promise<string[]> {
  const ecr = await aws.ecr()
  const names: string[] = []
  let nextToken: string | undefined
  do {
    const page = await ecr.describeRepositories({ ...(nextToken && { nextToken }) })
    names.push(...(page.repositories ?? []).flatMap(({ repositoryName: name }) => name ?? []))
    nextToken = page.nextToken
  } while (nextToken)
  return names.filter((name) => name.startsWith(`${project}-`))
}

/** Where the project's parts log: their groups are named after them. */
async function logGroupsOf({ aws }: Place): Promise<Things['logGroups']> {
  const logs = await aws.logs()
  const groups: Things['logGroups'] = []
  for (const logGroupNamePrefix of [
    `/ecs/${project}-`,
    `/aws/rds/instance/${project}-`,
    `/aws/ecs/containerinsights/${project}-`,
  ]) {
    let nextToken: string | undefined
    do {
      const page = await logs.describeLogGroups({ logGroupNamePrefix, ...(nextToken && { nextToken }) })
      for (const { logGroupName: name = '', storedBytes: bytes = 0, retentionInDays } of page.logGroups ?? [])
        groups.push({ name, bytes, keptForDays: retentionInDays })
      nextToken = page.nextToken
    } while (nextToken)
  }
  return groups
}

/** An environment has a cluster, as long as it is there. */
async function environmentsOf({ aws }: Place): Promise<string[]> {
  const ecs = await aws.ecs()
  const arns: string[] = []
  let nextToken: string | undefined
  do {
    const page = await ecs.listClusters({ ...(nextToken && { nextToken }) })
    arns.push(...(page.clusterArns ?? []))
    nextToken = page.nextToken
  } while (nextToken)
  return arns.flatMap((arn) => arn.match(new RegExp(`/${project}-(.+)-cluster$`))?.[1] ?? [])
}

function ratesOf(region: string): Rates {
  const prices = pricesOf(region)
  const rate = (key: string) => prices.get(key)?.tiers.at(-1)?.rate ?? 0
  return {
    address: 730 * rate('ipv4.hour'),
    gateway: 730 * rate('nat.hour'),
    imageGb: rate('ecr.stored'),
    logGb: rate('logs.stored'),
  }
}
