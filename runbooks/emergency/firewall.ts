import { setTimeout as pause } from 'node:timers/promises'
import type { Aws } from '../aws/clients'
import type { Change, Step } from '../core'
import { page, retryAfterSeconds } from './page'
import type { Place } from './place'

/**
 * Retry-After. A load balancer's fixed response sends no header of one's choice, and a listener's attributes know only
 * a fixed list of names; a web ACL's custom response does. So a web ACL that blocks everything, with 503, the header and
 * the page, takes the place of whatever web ACL the load balancer had, until the restore.
 */
export const nameOf = ({ stack }: Place) => `${stack.service}-maintenance`

const definition = (Name: string) => ({
  Name,
  Scope: 'REGIONAL' as const,
  Description: 'Maintenance page of an emergency shutdown',
  DefaultAction: {
    Block: {
      CustomResponse: {
        ResponseCode: 503,
        CustomResponseBodyKey: 'page',
        ResponseHeaders: [{ Name: 'Retry-After', Value: String(retryAfterSeconds) }],
      },
    },
  },
  CustomResponseBodies: { page: { ContentType: 'TEXT_HTML' as const, Content: page } },
  VisibilityConfig: {
    SampledRequestsEnabled: false,
    CloudWatchMetricsEnabled: false,
    MetricName: Name,
  },
})

/** What only WAF knows of the web ACL, as a shell finds it out. */
const listed = (place: Place, field: string) =>
  `"$(aws wafv2 list-web-acls --scope REGIONAL --query "WebACLs[?Name=='${nameOf(place)}'].${field}" --output text ${place.tail})"`

/** The web ACL in front of a load balancer now. */
export async function firewallOf(
  aws: Aws,
  balancer: string,
): Promise<{ name: string; arn: string } | undefined> {
  const waf = await aws.waf()
  const { WebACL } = await waf.getWebACLForResource({ ResourceArn: balancer })
  return WebACL?.ARN ? { name: WebACL.Name ?? '', arn: WebACL.ARN } : undefined
}

export function askToComeBack(
  aws: Aws,
  place: Place,
  balancer: string,
  now: { name: string } | undefined,
): Change<void> {
  const name = nameOf(place)
  return {
    title: 'Ask clients to come back later',
    effect: `a web ACL answers 503 with Retry-After: ${retryAfterSeconds}, as a listener rule cannot`,
    equivalent: [
      `aws wafv2 create-web-acl --cli-input-json '${JSON.stringify(definition(name))}' ${place.tail}`,
      `aws wafv2 associate-web-acl --web-acl-arn ${listed(place, 'ARN')} --resource-arn ${balancer} ${place.tail}`,
    ],
    undo: place.restore,
    already: async () => now?.name === name && { why: 'it is in place' },
    async run(step) {
      const waf = await aws.waf()
      const made = (await ours(aws, name)) ?? (await waf.createWebACL(definition(name))).Summary
      const WebACLArn = made?.ARN
      if (!WebACLArn) throw new Error(`Make the web ACL ${name}: WAF answered without an ARN`)
      // A web ACL that was just made is not known everywhere at once.
      await patiently('WAFUnavailableEntityException', step, () =>
        waf.associateWebACL({ WebACLArn, ResourceArn: balancer }),
      )
    },
  }
}

/** Back to the web ACL that was there before, or to none. */
export function letThrough(
  aws: Aws,
  place: Place,
  balancer: string,
  before: string | undefined,
): Change<void> {
  const name = nameOf(place)
  return {
    title: 'Let requests through the firewall again',
    effect: before
      ? `the load balancer is behind ${before} again`
      : 'no web ACL is in front of the load balancer',
    equivalent: [
      before
        ? `aws wafv2 associate-web-acl --web-acl-arn ${before} --resource-arn ${balancer} ${place.tail}`
        : `aws wafv2 disassociate-web-acl --resource-arn ${balancer} ${place.tail}`,
      `aws wafv2 delete-web-acl --name ${name} --scope REGIONAL --id ${listed(place, 'Id')} --lock-token ${listed(place, 'LockToken')} ${place.tail}`,
    ],
    undo: `${place.shutdown} --maintenance`,
    async run(step) {
      const waf = await aws.waf()
      if (before) await waf.associateWebACL({ WebACLArn: before, ResourceArn: balancer })
      else await waf.disassociateWebACL({ ResourceArn: balancer })
      const left = await ours(aws, name)
      if (!left?.Id) return
      const { Id, LockToken } = left
      await patiently('WAFAssociatedItemException', step, () =>
        waf.deleteWebACL({ Name: name, Scope: 'REGIONAL', Id, LockToken: LockToken! }),
      )
    },
  }
}

async function ours(aws: Aws, name: string) {
  const waf = await aws.waf()
  let NextMarker: string | undefined
  do {
    const page = await waf.listWebACLs({ Scope: 'REGIONAL', Limit: 100, ...(NextMarker && { NextMarker }) })
    const found = page.WebACLs?.find(({ Name }) => Name === name)
    if (found) return found
    NextMarker = page.WebACLs?.length ? page.NextMarker : undefined
  } while (NextMarker)
  return undefined
}

async function patiently(trouble: string, step: Step, work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await work()
      return
    } catch (error) {
      if ((error as Error).name !== trouble || tries === 30) throw error
      step.waiting('WAF passes the change on')
      await pause(2_000, undefined, { signal: step.signal })
    }
  }
}
