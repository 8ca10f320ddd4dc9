import type { Finding, Verdict } from '../check'

/** What the account has of this project, as far as it can stand unused. */
export interface Things {
  addresses: { id: string; address: string; attached: boolean }[]
  /** `bytes` went through within a week; undefined: not known. */
  gateways: { id: string; vpc: string; bytes: number | undefined }[]
  /** Images of the registry that no tag names any more, or that were not pulled for long. */
  images: {
    repository: string
    digest: string
    tagged: boolean
    bytes: number
    pushed: number
    pulled: number | undefined
  }[]
  logGroups: { name: string; bytes: number; keptForDays: number | undefined }[]
  /** Of the environments that there are, e.g. `staging`. */
  environments: string[]
}

/** USD a month: a public address and a NAT gateway by the hour, and a GB kept. */
export interface Rates {
  address: number
  gateway: number
  imageGb: number
  logGb: number
}

const day = 86_400_000
const gb = 1_000_000_000
/** Health checks and updates of AWS's own make a little traffic everywhere. */
const idleBytes = 10_000_000
const oldDays = 90

export function judgeUnused(things: Things, rates: Rates, now: number, project: string): Verdict {
  const { addresses, gateways, images, logGroups, environments } = things
  const old = images.filter(
    ({ tagged, pushed, pulled }) => !tagged && now - Math.max(pushed, pulled ?? 0) > oldDays * day,
  )
  const findings: Finding[] = [
    ...addresses
      .filter(({ attached }) => !attached)
      .map(({ id, address }) => ({
        text: `The address ${address} belongs to nothing (${dollars(rates.address)} a month)`,
        fix: `aws ec2 release-address --allocation-id ${id}`,
      })),
    ...gateways
      .filter(({ bytes }) => bytes !== undefined && bytes < idleBytes)
      .map(({ id, vpc }) => ({
        text: `Through the NAT gateway ${id} of ${vpc} goes next to nothing (${dollars(rates.gateway)} a month)`,
        fix:
          'nat_gateway_mode in the tfvars of its environment; one that Terraform does not know: ' +
          `aws ec2 delete-nat-gateway --nat-gateway-id ${id}`,
      })),
    ...byRepository(old).map(({ repository, count, bytes }) => ({
      text: `${count} images of ${repository} have no tag and were not pulled for ${oldDays} days (${(bytes / gb).toFixed(1)} GB, ${dollars((bytes / gb) * rates.imageGb)} a month)`,
      fix: `lower ecr_untagged_days in the environment's tfvars: the registry then removes them`,
    })),
    ...logGroups
      .filter(({ name }) => isOrphan(name, environments, project))
      .map(({ name, bytes }) => ({
        text: `The log group ${name} is of no environment that is there (${dollars((bytes / gb) * rates.logGb)} a month)`,
        fix: `aws logs delete-log-group --log-group-name ${name}`,
      })),
    ...logGroups
      .filter(({ name, keptForDays }) => keptForDays === undefined && !isOrphan(name, environments, project))
      .map(({ name }) => ({
        text: `The log group ${name} is kept for ever`,
        fix: `aws logs put-retention-policy --log-group-name ${name} --retention-in-days 30`,
      })),
  ]
  const counted = `${addresses.length} addresses, ${gateways.length} NAT gateways, ${images.length} images, ${logGroups.length} log groups`
  const unknown = gateways.filter(({ bytes }) => bytes === undefined).map(({ id }) => id)
  return {
    evidence: findings.length === 0 ? `${counted}, all of them in use` : counted,
    findings,
    ...(unknown.length > 0 && { partly: `nobody knows what goes through ${unknown.join(', ')}` }),
  }
}

/** `/ecs/tria-aibpo-staging`, `/ecs/tria-aibpo-staging/exec`, `/aws/rds/instance/tria-aibpo-staging-db/postgresql`: of staging. */
function isOrphan(name: string, environments: string[], project: string): boolean {
  return !environments.some((environment) => {
    const prefix = `${project}-${environment}`
    return name
      .split('/')
      .some((part) => part === prefix || part === `${prefix}-db` || part === `${prefix}-cluster`)
  })
}

function byRepository(images: Things['images']) {
  return [...Map.groupBy(images, ({ repository }) => repository)].map(([repository, some]) => ({
    repository,
    count: some.length,
    bytes: some.reduce((sum, { bytes }) => sum + bytes, 0),
  }))
}

const dollars = (value: number) => `$${value.toFixed(2)}`
