import { describe, expect, test } from 'bun:test'
import {
  groupsWithNewRules,
  rulesThere,
  taintedIn,
  taintedInState,
  willBeThere,
} from '../../../runbooks/terraform/left'
import type { ResourceChange } from '../../../runbooks/terraform/plan'

const change = (address: string, more: Partial<ResourceChange> & Pick<ResourceChange, 'change'>) => ({
  address,
  type: address.split('.')[0]!,
  mode: 'managed',
  ...more,
})

describe('what a stopped run left half-made for Terraform', () => {
  const replaced = (address: string, before: Record<string, unknown>, reason = 'replace_because_tainted') =>
    change(address, { change: { actions: ['delete', 'create'], before }, action_reason: reason })
  const database = replaced('aws_db_instance.main', { deletion_protection: true })
  const cache = replaced('aws_elasticache_replication_group.main', {})

  test('is a store that AWS goes on to create, and nothing that is replaced for another reason', () => {
    const others = [
      replaced('aws_db_instance.other', {}, 'replace_because_cannot_update'),
      replaced('aws_ecs_service.app', {}),
    ]
    const plan = { resource_changes: [database, cache, ...others] }
    expect(taintedIn(plan, [])).toEqual(['aws_db_instance.main', 'aws_elasticache_replication_group.main'])
  })

  test('is not what was named for replacement, unless it is protected from that', () => {
    const plan = { resource_changes: [database, cache] }
    const named = ['aws_db_instance.main', 'aws_elasticache_replication_group.main']
    expect(taintedIn(plan, named)).toEqual(['aws_db_instance.main'])
  })

  test('is found in a state too', () => {
    const resource = (type: string, status?: string) => ({
      mode: 'managed',
      type,
      name: 'main',
      instances: [status ? { status } : {}],
    })
    const resources = [
      resource('aws_db_instance', 'tainted'),
      resource('aws_lb', 'tainted'),
      resource('aws_elasticache_replication_group'),
    ]
    expect(taintedInState({ serial: 1, lineage: 'a', outputs: {}, resources })).toEqual([
      'aws_db_instance.main',
    ])
    expect(taintedInState(undefined)).toEqual([])
  })

  test('is waited for while AWS has it', () => {
    expect(['creating', 'backing-up', 'available', 'modifying'].filter(willBeThere)).toHaveLength(4)
    const lost = ['failed', 'create-failed', 'incompatible-network', 'deleting', undefined]
    expect(lost.filter(willBeThere)).toEqual([])
  })
})

describe('rules of security groups that are there already', () => {
  const address = 'aws_vpc_security_group_ingress_rule.conversation["app_to_rds"]'
  const wanted = {
    security_group_id: 'sg-rds',
    referenced_security_group_id: 'sg-app',
    cidr_ipv4: null,
    from_port: 5432,
    to_port: 5432,
    ip_protocol: 'tcp',
  }
  const made = (after: Record<string, unknown>, of = address) =>
    change(of, { change: { actions: ['create'], before: null, after } })
  const rule = {
    SecurityGroupRuleId: 'sgr-1',
    GroupId: 'sg-rds',
    IsEgress: false,
    IpProtocol: 'tcp',
    FromPort: 5432,
    ToPort: 5432,
    ReferencedGroupInfo: { GroupId: 'sg-app' },
  }
  const plan = { resource_changes: [made(wanted)] }

  test('the same rule is adopted', () => {
    expect(groupsWithNewRules(plan)).toEqual(['sg-rds'])
    expect(rulesThere(plan, [rule])).toEqual([{ address, id: 'sgr-1' }])
  })

  test.each([
    ['the other direction', { IsEgress: true }],
    ['another group', { GroupId: 'sg-redis' }],
    ['another protocol', { IpProtocol: 'udp' }],
    ['another first port', { FromPort: 5431 }],
    ['another last port', { ToPort: 5433 }],
    ['another peer', { ReferencedGroupInfo: { GroupId: 'sg-alb' } }],
    ['an address for a peer', { ReferencedGroupInfo: undefined, CidrIpv4: '0.0.0.0/0' }],
  ])('%s is another rule', (_, other) => {
    expect(rulesThere(plan, [{ ...rule, ...other } as typeof rule])).toEqual([])
  })

  test('one for addresses, at all ports of all protocols', () => {
    const egress = 'aws_vpc_security_group_egress_rule.app_to_internet[0]'
    const all = { security_group_id: 'sg-app', cidr_ipv4: '0.0.0.0/0', ip_protocol: '-1' }
    const there = {
      SecurityGroupRuleId: 'sgr-2',
      GroupId: 'sg-app',
      IsEgress: true,
      IpProtocol: '-1',
      FromPort: -1,
      ToPort: -1,
      CidrIpv4: '0.0.0.0/0',
    }
    expect(rulesThere({ resource_changes: [made(all, egress)] }, [rule, there])).toEqual([
      { address: egress, id: 'sgr-2' },
    ])
  })

  test('what is not known yet is the same as nothing', () => {
    const { referenced_security_group_id: _, ...unknown } = wanted
    const none = { ...rule, ReferencedGroupInfo: undefined }
    expect(rulesThere({ resource_changes: [made(unknown)] }, [rule, none as never])).toEqual([])
    const { security_group_id: __, ...unmade } = wanted
    expect(groupsWithNewRules({ resource_changes: [made(unmade)] })).toEqual([])
  })

  test('a rule that stands at another address stays there', () => {
    const moved = change('aws_vpc_security_group_ingress_rule.old', {
      change: { actions: ['delete'], before: { security_group_rule_id: 'sgr-1' }, after: null },
    })
    expect(rulesThere({ resource_changes: [made(wanted), moved] }, [rule])).toEqual([])
  })
})
