import { word } from './rule'

/** A rule that a security group lacks: all that Terraform would say of it, so that it is Terraform's when it opens the way. */
export interface Opening {
  side: 'ingress' | 'egress'
  group: string
  peer: string
  port: number
  description: string
  tags: Record<string, string>
}

/** As EC2 is asked for it. */
export function requestOf({ group, peer, port, description, tags }: Opening) {
  const pair = { GroupId: peer, Description: description }
  const rule = { IpProtocol: 'tcp', FromPort: port, ToPort: port, UserIdGroupPairs: [pair] }
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return {
    GroupId: group,
    IpPermissions: [rule],
    ...(Tags.length > 0 && {
      TagSpecifications: [{ ResourceType: 'security-group-rule' as const, Tags }],
    }),
  }
}

/** The same by hand. */
export function opens(rule: Opening, region: string): string {
  const { GroupId, IpPermissions, TagSpecifications } = requestOf(rule)
  const json = (value: unknown) => word(JSON.stringify(value))
  const tags = TagSpecifications ? ` --tag-specifications ${json(TagSpecifications)}` : ''
  return `aws ec2 authorize-security-group-${rule.side} --group-id ${word(GroupId)} --ip-permissions ${json(IpPermissions)}${tags} --region ${region}`
}

/** Its undo. */
export function closes({ side, group, peer, port }: Opening, region: string): string {
  const typed = `IpProtocol=tcp,FromPort=${port},ToPort=${port},UserIdGroupPairs=[{GroupId=${peer}}]`
  return `aws ec2 revoke-security-group-${side} --group-id ${word(group)} --ip-permissions ${word(typed)} --region ${region}`
}
