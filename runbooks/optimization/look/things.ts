import type { Aws } from '../../aws/clients'
import type { Stack } from '../../aws/stack'
import type { Things } from '../../costs/recommend/measure'
import { look, type Place, unless } from '../../diagnosis/collect/look'
import { isSeen, type Part } from '../../diagnosis/snapshot'

type Gaps = { what: string; because: string }[]

/** What there is besides metrics; what may not be looked at is a gap with its reason. */
export async function lookAtThings(
  place: Place,
  logGroups: readonly string[],
): Promise<{ things: Things; gaps: Gaps }> {
  const { aws, stack, region } = place
  const [addresses, images, snapshots, logs] = await Promise.all([
    look(`aws ec2 describe-addresses --region ${region}`, () => idleAddresses(aws)),
    look(`aws ecr describe-images --repository-name ${stack.repository} --region ${region}`, () =>
      imagesOf(aws, stack),
    ),
    look(`aws rds describe-db-snapshots --region ${region}`, () => snapshotsOf(aws, stack)),
    look(`aws logs describe-log-groups --region ${region}`, () => groupsOf(aws, logGroups)),
  ])
  const parts = { 'addresses that nothing uses': addresses, images, snapshots, 'stored logs': logs }
  return {
    things: {
      ...(isSeen(addresses) && { addresses: addresses.value }),
      ...(isSeen(images) && images.value && { images: images.value }),
      ...(isSeen(snapshots) && { snapshots: snapshots.value }),
      ...(isSeen(logs) && { logs: logs.value }),
    },
    gaps: gapsOf(parts),
  }
}

export function gapsOf(parts: Record<string, Part<unknown>>): Gaps {
  return Object.entries(parts).flatMap(([what, part]) =>
    isSeen(part)
      ? part.partly
        ? [{ what, because: part.partly }]
        : []
      : [{ what, because: part.permission ? `not allowed: ${part.permission}` : part.reason }],
  )
}

/** The whole account's: a forgotten address is of no environment any more. */
async function idleAddresses(aws: Aws) {
  const { Addresses = [] } = await (await aws.ec2()).describeAddresses({})
  return Addresses.filter(
    ({ AssociationId, NetworkInterfaceId }) => !AssociationId && !NetworkInterfaceId,
  ).map(({ AllocationId = '', PublicIp = '' }) => ({ id: AllocationId, address: PublicIp }))
}

/** An image that was deployed has a tag that says so; every other one is a build that went nowhere. */
async function imagesOf(aws: Aws, stack: Stack) {
  const ecr = await aws.ecr()
  const all: { bytes: number; used: boolean }[] = []
  let nextToken: string | undefined
  do {
    const page = await unless(
      /^RepositoryNotFound/,
      ecr.describeImages({
        repositoryName: stack.repository,
        maxResults: 1000,
        ...(nextToken && { nextToken }),
      }),
    )
    if (!page) return undefined
    for (const { imageSizeInBytes = 0, imageTags = [] } of page.imageDetails ?? []) {
      all.push({ bytes: imageSizeInBytes, used: imageTags.some((tag) => tag.startsWith('deployed-')) })
    }
    nextToken = page.nextToken
  } while (nextToken)
  const gb = (some: typeof all) => some.reduce((sum, { bytes }) => sum + bytes, 0) / 1e9
  const unused = all.filter(({ used }) => !used)
  return { count: all.length, gb: gb(all), unused: unused.length, unusedGb: gb(unused) }
}

/** Of this environment's database, made by hand or left behind: those that RDS makes and removes itself cost nothing. */
async function snapshotsOf(aws: Aws, stack: Stack) {
  const rds = await aws.rds()
  const { DBSnapshots = [] } = await rds.describeDBSnapshots({ SnapshotType: 'manual' })
  return DBSnapshots.filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier === stack.database).map(
    ({ DBSnapshotIdentifier = '', AllocatedStorage = 0, SnapshotCreateTime }) => ({
      id: DBSnapshotIdentifier,
      gb: AllocatedStorage,
      from: SnapshotCreateTime?.toISOString() ?? '',
    }),
  )
}

async function groupsOf(aws: Aws, names: readonly string[]) {
  const logs = await aws.logs()
  return Promise.all(
    names.map(async (name) => {
      const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: name })
      const found = logGroups.find(({ logGroupName }) => logGroupName === name)
      return { name, storedGb: (found?.storedBytes ?? 0) / 1e9, retention: found?.retentionInDays }
    }),
  )
}
