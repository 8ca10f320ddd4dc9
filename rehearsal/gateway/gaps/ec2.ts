import type { Call, Handlers, Members } from '../call'
import { type Element, find, parseXml, xmlText } from '../protocol/xml'

/** EC2: moto forgets the description of a rule that refers to another security group, or to a prefix list. */
export function ec2(): Handlers {
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
      async ModifySecurityGroupRules(call) {
        const response = await call.forward()
        for (const { SecurityGroupRuleId: id, SecurityGroupRule: rule } of call.input.SecurityGroupRule ??
          []) {
          if (response.ok) descriptions.set(id, rule.Description ?? '')
        }
        return response
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
