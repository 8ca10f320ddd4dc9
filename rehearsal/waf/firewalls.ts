import { WAFV2, type WebACL } from '@aws-sdk/client-wafv2'
import { regionalClients } from '../clients.ts'
import { AwsError, type Call, type Handlers } from '../gateway/call.ts'
import type { World } from '../world.ts'

export type Firewalls = ReturnType<typeof createFirewalls>

/**
 * Web ACLs in front of load balancers: moto keeps them, this part makes them act. What acts is the default action,
 * with its custom response; the rules, mostly AWS's own groups, let everything through.
 */
export function createFirewalls(world: World) {
  const moto = regionalClients(world, (settings) => new WAFV2(settings))
  /** What stands in front of each resource. */
  const fronts = new Map<string, WebACL>()

  async function refresh(region: string): Promise<void> {
    for (const ResourceArn of [...fronts.keys()]) await lookAt(region, ResourceArn)
  }

  async function lookAt(region: string, ResourceArn: string): Promise<void> {
    const { WebACL: found } = await moto.in(region).getWebACLForResource({ ResourceArn })
    if (found) fronts.set(ResourceArn, found)
    else fronts.delete(ResourceArn)
  }

  const handlers: Handlers = {
    wafv2: {
      async AssociateWebACL(call: Call) {
        const ResourceArn = String(call.input.ResourceArn)
        // A resource has one web ACL: another one takes its place, which moto does not know.
        const before = fronts.get(ResourceArn)
        if (before) await moto.in(call.region).disassociateWebACL({ ResourceArn })
        const answer = await call.forward()
        if (!answer.ok && before)
          await moto.in(call.region).associateWebACL({ WebACLArn: before.ARN, ResourceArn })
        await lookAt(call.region, ResourceArn)
        return answer
      },
      async DisassociateWebACL(call: Call) {
        const answer = await call.forward()
        await lookAt(call.region, String(call.input.ResourceArn))
        return answer
      },
      async UpdateWebACL(call: Call) {
        const answer = await call.forward()
        await refresh(call.region)
        return answer
      },
      DeleteWebACL(call: Call) {
        if (![...fronts.values()].some(({ Id }) => Id === call.input.Id)) return call.forward()
        throw new AwsError(
          'WAFAssociatedItemException',
          'AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.',
        )
      },
    },
  }

  return {
    handlers,
    /** What a client gets who is not let through to a load balancer; undefined for who is. */
    refusal(resourceArn: string): Response | undefined {
      const acl = fronts.get(resourceArn)
      return acl?.DefaultAction?.Block ? blocked(acl) : undefined
    },
    stop: () => moto.destroy(),
  }
}

const types = { TEXT_HTML: 'text/html', TEXT_PLAIN: 'text/plain', APPLICATION_JSON: 'application/json' }

function blocked({ DefaultAction, CustomResponseBodies }: WebACL): Response {
  const custom = DefaultAction?.Block?.CustomResponse
  const body = custom?.CustomResponseBodyKey && CustomResponseBodies?.[custom.CustomResponseBodyKey]
  const headers = new Headers({ server: 'awselb/2.0' })
  if (body) headers.set('content-type', types[body.ContentType!] ?? 'text/plain')
  for (const { Name = '', Value = '' } of custom?.ResponseHeaders ?? []) headers.set(Name, Value)
  return new Response(body ? body.Content : null, { status: custom?.ResponseCode ?? 403, headers })
}
