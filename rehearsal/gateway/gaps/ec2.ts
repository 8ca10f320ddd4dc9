import type { World } from '../../world'
import type { Call, Handlers, Members } from '../call'
import { type Element, find, parseXml, xmlText } from '../protocol/xml'
import { askQuery } from './ask'

/**
 * EC2: moto forgets the description of a rule that refers to another security group or to a prefix list, and finds a
 * rule to revoke only where the description is told again, which AWS does not ask for. Nor does it look at the tags that
 * NAT gateways are asked for by.
 */
export function ec2(world: World): Handlers {
  const descriptions = new Map<string, string>()

  const authorize = async (call: Call) => {
    const response = await call.forward()
    if (!response.ok) return response
    const rules = find(parseXml(await response.clone().text()), 'securityGroupRuleSet')?.children ?? []
    for (const rule of rules) {
      const words = describedIn(call.input.IpPermissions ?? [], rule)
      if (words) descriptions.set(text(rule, 'securityGroupRuleId'), words)
    }
    return response
  }

  return {
    ec2: {
      AuthorizeSecurityGroupIngress: authorize,
      AuthorizeSecurityGroupEgress: authorize,
      RevokeSecurityGroupIngress: (call) => revoke(world, call, false),
      RevokeSecurityGroupEgress: (call) => revoke(world, call, true),
      async ModifySecurityGroupRules(call) {
        const response = await call.forward()
        for (const { SecurityGroupRuleId: id, SecurityGroupRule: rule } of call.input.SecurityGroupRule ??
          []) {
          if (response.ok) descriptions.set(id, rule.Description ?? '')
        }
        return response
      },
      async DescribeNatGateways(call) {
        const answer = await call.answer()
        const filters: Members[] = call.input.Filter ?? []
        const wanted = ({ Tags = [] }: Members) => filters.every((filter) => bears(Tags, filter))
        return { ...answer, NatGateways: (answer.NatGateways ?? []).filter(wanted) }
      },
      async DescribeSecurityGroupRules(call) {
        const response = await call.forward()
        const told = await response.text()
        const whole = told.replace(
          /<securityGroupRuleId>(sgr-\w+)<\/securityGroupRuleId>.*?<tagSet/gs,
          (item, id) => {
            const words = descriptions.get(id)
            if (!words || item.includes('<description>')) return item
            return item.replace(/<tagSet$/, `<description>${xmlText(words)}</description><tagSet`)
          },
        )
        return new Response(whole, { status: response.status, headers: response.headers })
      },
    },
  }
}

/** Whether tags are as a filter of EC2 wants them; what it says of anything else was looked at before. */
function bears(tags: Members[], { Name, Value = [] }: Members): boolean {
  const [kind, key] = [Name.split(':')[0], Name.slice('tag:'.length)]
  if (kind === 'tag-key') return tags.some((tag) => Value.includes(tag.Key))
  return kind !== 'tag' || tags.some((tag) => tag.Key === key && Value.includes(tag.Value))
}

const text = (element: Element, name: string): string => find(element, name)?.text ?? ''

/** What the request said of the rule that refers to the same group or prefix list at the same ports. */
function describedIn(permissions: Members[], rule: Element): string | undefined {
  const info = find(rule, 'referencedGroupInfo')
  const group = info ? text(info, 'groupId') : undefined
  const list = text(rule, 'prefixListId')
  if (!group && !list) return undefined
  const same = permissions.filter(
    (each) =>
      String(each.FromPort ?? -1) === text(rule, 'fromPort') && each.IpProtocol === text(rule, 'ipProtocol'),
  )
  const referred = same.flatMap(
    (each) => [...(each.Groups ?? []), ...(each.PrefixListIds ?? [])] as Members[],
  )
  return referred.find((each) => (group ? each.GroupId === group : each.PrefixListId === list))?.Description
}

/** Revokes by the ids of the rules that the request describes; a request that matches none is moto's to refuse. */
async function revoke(
  world: World,
  call: Call,
  egress: boolean,
): Promise<Response | Record<string, unknown>> {
  const permissions: Members[] = call.input.IpPermissions ?? []
  if (permissions.length === 0) return call.forward()
  const ask = (form: Record<string, string>) =>
    askQuery(world, 'ec2', call.region, { Version: '2016-11-15', ...form })
  const told = await ask({
    Action: 'DescribeSecurityGroupRules',
    'Filter.1.Name': 'group-id',
    'Filter.1.Value.1': call.input.GroupId,
  })
  const rules = (find(told, 'securityGroupRuleSet')?.children ?? []).filter(
    (rule) =>
      (text(rule, 'isEgress') === 'true') === egress && permissions.some((each) => describes(each, rule)),
  )
  if (rules.length === 0) return call.forward()
  await ask({
    Action: call.action,
    GroupId: call.input.GroupId,
    ...Object.fromEntries(
      rules.map((rule, index) => [`SecurityGroupRuleId.${index + 1}`, text(rule, 'securityGroupRuleId')]),
    ),
  })
  return { Return: true }
}

function describes(permission: Members, rule: Element): boolean {
  const same = (member: unknown, name: string) => String(member ?? -1) === (text(rule, name) || '-1')
  if (!same(permission.IpProtocol, 'ipProtocol')) return false
  if (!same(permission.FromPort, 'fromPort') || !same(permission.ToPort, 'toPort')) return false
  const info = find(rule, 'referencedGroupInfo')
  const group = info ? text(info, 'groupId') : ''
  return (
    (permission.Groups ?? []).some((each: Members) => each.GroupId === group) ||
    (permission.IpRanges ?? []).some((each: Members) => each.CidrIp === text(rule, 'cidrIpv4')) ||
    (permission.Ipv6Ranges ?? []).some((each: Members) => each.CidrIpv6 === text(rule, 'cidrIpv6')) ||
    (permission.PrefixListIds ?? []).some((each: Members) => each.PrefixListId === text(rule, 'prefixListId'))
  )
}
