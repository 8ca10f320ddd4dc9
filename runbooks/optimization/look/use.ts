import { measure } from '../../costs/recommend/measure'
import type { Since } from '../../costs/recommend/since'
import type { Use } from '../../costs/recommend/use'
import type { Resource } from '../../costs/resources'
import { look, type Place } from '../../diagnosis/collect/look'
import { isSeen } from '../../diagnosis/snapshot'
import { fetchSeries } from '../../monitoring/look/series'
import { type Addresses, period, useQueries } from './queries'
import { gapsOf, lookAtThings } from './things'

/** What the environment that stands was seen to use in so many days. */
export async function lookAtUse(
  place: Place,
  resources: readonly Resource[],
  { days, since }: { days: number; since: Since },
): Promise<Use> {
  const addresses = addressesOf(resources)
  const to = Math.ceil(place.now.getTime() / 1000 / period) * period
  const from = to - days * 86_400
  const queries = useQueries(place.stack, addresses)
  const [series, { things, gaps }] = await Promise.all([
    look(`aws cloudwatch get-metric-data --region ${place.region} ...`, () =>
      fetchSeries(place.aws, queries, { from, to, period }),
    ),
    lookAtThings(place, addresses.logGroups),
  ])
  return measure(isSeen(series) ? series.value : new Map(), things, {
    from: new Date(from * 1000),
    to: new Date(to * 1000),
    gaps: [...gapsOf({ metrics: series }), ...gaps],
    since,
  })
}

/** What metrics are kept under, as Terraform's state has it. */
function addressesOf(resources: readonly Resource[]): Addresses {
  const values = (type: string, key: string) =>
    resources.flatMap((each) => {
      const value = each.values[key]
      return each.type === type && typeof value === 'string' ? [value] : []
    })
  return {
    balancer: values('aws_lb', 'arn_suffix')[0],
    gateways: values('aws_nat_gateway', 'id'),
    endpoints: resources.flatMap(({ type, values: { id, service_name, vpc_id, vpc_endpoint_type } }) =>
      type === 'aws_vpc_endpoint' && vpc_endpoint_type === 'Interface'
        ? [{ id: String(id), service: String(service_name), vpc: String(vpc_id) }]
        : [],
    ),
    logGroups: values('aws_cloudwatch_log_group', 'name'),
  }
}
