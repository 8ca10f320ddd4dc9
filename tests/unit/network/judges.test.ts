import { describe, expect, test } from 'bun:test'
import { contains, freeAddress } from '../../../rehearsal/network/addresses.ts'
import { judge, type Party, type Rule } from '../../../rehearsal/network/firewall.ts'
import { canReachAws, canReachInternet, type Landscape } from '../../../rehearsal/network/routes.ts'

describe('contains', () => {
  test.each([
    ['0.0.0.0/0', '203.0.113.9', true],
    ['10.0.0.0/16', '10.0.255.255', true],
    ['10.0.0.0/16', '10.1.0.0', false],
    ['10.0.1.7/24', '10.0.1.200', true],
    ['10.0.1.7/32', '10.0.1.7', true],
    ['10.0.1.7/32', '10.0.1.8', false],
    ['192.0.0.0/2', '255.255.255.255', true],
    ['::/0', '10.0.0.1', false],
    ['pl-123', '10.0.0.1', false],
  ])('%s has %s: %p', (cidr, ip, expected) => expect(contains(cidr, ip)).toBe(expected))
})

describe('freeAddress', () => {
  test('spares the addresses that AWS keeps, finds the last free one, and knows a full subnet', () => {
    const taken = new Set<string>()
    for (let i = 0; i < 11; i++) taken.add(freeAddress('10.0.0.16/28', taken) ?? 'none')
    expect([...taken].sort()).toEqual(Array.from({ length: 11 }, (_, i) => `10.0.0.${20 + i}`))
    expect(freeAddress('10.0.0.16/28', taken)).toBeUndefined()
  })
})

describe('judge', () => {
  const task: Party = { ip: '10.0.11.5', groups: ['sg-app', 'sg-extra'] }
  const store: Party = { ip: '10.0.12.5', groups: ['sg-rds'] }
  const outside: Party = { ip: '203.0.113.10', groups: [] }
  const tcp = (direction: Rule['direction'], groupId: string, port: number, peer: Partial<Rule>): Rule => ({
    direction,
    groupId,
    protocol: 'tcp',
    from: port,
    to: port,
    ...peer,
  })
  const everythingOut: Rule = { ...tcp('egress', 'sg-app', 0, { cidr: '0.0.0.0/0' }), protocol: '-1' }
  const prefixLists = { 'pl-s3': ['52.216.0.0/15'] }

  test.each<[string, Rule[], Party, Party, number, boolean]>([
    [
      'by group reference',
      [everythingOut, tcp('ingress', 'sg-rds', 5432, { peerGroup: 'sg-app' })],
      task,
      store,
      5432,
      true,
    ],
    [
      'by the second group',
      [everythingOut, tcp('ingress', 'sg-rds', 5432, { peerGroup: 'sg-extra' })],
      task,
      store,
      5432,
      true,
    ],
    [
      'another port',
      [everythingOut, tcp('ingress', 'sg-rds', 5432, { peerGroup: 'sg-app' })],
      task,
      store,
      5433,
      false,
    ],
    [
      'another group',
      [everythingOut, tcp('ingress', 'sg-rds', 5432, { peerGroup: 'sg-alb' })],
      task,
      store,
      5432,
      false,
    ],
    [
      'by block',
      [everythingOut, tcp('ingress', 'sg-rds', 5432, { cidr: '10.0.0.0/16' })],
      task,
      store,
      5432,
      true,
    ],
    [
      'by a block elsewhere',
      [everythingOut, tcp('ingress', 'sg-rds', 5432, { cidr: '10.9.0.0/16' })],
      task,
      store,
      5432,
      false,
    ],
    ['no ingress', [everythingOut], task, store, 5432, false],
    ['no egress', [tcp('ingress', 'sg-rds', 5432, { peerGroup: 'sg-app' })], task, store, 5432, false],
    [
      'egress by group',
      [
        tcp('egress', 'sg-app', 5432, { peerGroup: 'sg-rds' }),
        tcp('ingress', 'sg-rds', 5432, { peerGroup: 'sg-app' }),
      ],
      task,
      store,
      5432,
      true,
    ],
    [
      'a rule of another protocol',
      [everythingOut, { ...tcp('ingress', 'sg-rds', 5432, { peerGroup: 'sg-app' }), protocol: 'udp' }],
      task,
      store,
      5432,
      false,
    ],
    [
      'self',
      [{ ...tcp('ingress', 'sg-app', 8080, { peerGroup: 'sg-app' }), from: 8000, to: 9000 }, everythingOut],
      task,
      { ...task, ip: '10.0.11.6' },
      8080,
      true,
    ],
    ['out to the internet', [tcp('egress', 'sg-app', 443, { cidr: '0.0.0.0/0' })], task, outside, 443, true],
    [
      'out on a port not let out',
      [tcp('egress', 'sg-app', 443, { cidr: '0.0.0.0/0' })],
      task,
      outside,
      80,
      false,
    ],
    [
      'by prefix list',
      [tcp('egress', 'sg-app', 443, { prefixList: 'pl-s3' })],
      task,
      { ...outside, ip: '52.216.0.10' },
      443,
      true,
    ],
    [
      'beyond the prefix list',
      [tcp('egress', 'sg-app', 443, { prefixList: 'pl-s3' })],
      task,
      outside,
      443,
      false,
    ],
    [
      'in from the internet',
      [tcp('ingress', 'sg-app', 8080, { cidr: '0.0.0.0/0' })],
      outside,
      task,
      8080,
      true,
    ],
  ])('%s', (_, rules, from, to, port, open) => {
    expect(judge({ rules, prefixLists }, from, to, port).open).toBe(open)
  })

  test('says whose rule is missing', () => {
    expect(judge({ rules: [everythingOut], prefixLists }, task, store, 5432)).toEqual({
      open: false,
      why: 'no ingress rule of sg-rds lets TCP 5432 in from 10.0.11.5 (sg-app, sg-extra)',
    })
  })
})

describe('routes', () => {
  const table = (id: string, subnetIds: string[], target: string, state = 'active') => ({
    id,
    vpcId: 'vpc-1',
    main: false,
    subnetIds,
    routes: [
      { destination: '10.0.0.0/16', target: 'local', state: 'active' },
      ...(target ? [{ destination: '0.0.0.0/0', target, state }] : []),
    ],
  })
  const endpoint = (service: string, overrides: object = {}) => ({
    id: 'vpce-1',
    vpcId: 'vpc-1',
    type: 'Interface',
    serviceName: `com.amazonaws.us-east-1.${service}`,
    state: 'available',
    subnetIds: ['private'],
    routeTableIds: [],
    groups: [],
    privateDns: true,
    ...overrides,
  })
  const land = (overrides: Partial<Landscape> = {}): Landscape => ({
    subnets: ['public', 'private', 'lonely'].map((id) => ({
      id,
      vpcId: 'vpc-1',
      cidr: '10.0.1.0/24',
      zone: 'a',
    })),
    routeTables: [table('rtb-public', ['public'], 'igw-1'), table('rtb-private', ['private'], 'nat-1')],
    natGateways: [{ id: 'nat-1', subnetId: 'public', state: 'available' }],
    internetGateways: [{ id: 'igw-1', vpcIds: ['vpc-1'] }],
    endpoints: [],
    ...overrides,
  })
  const noNat = {
    natGateways: [],
    routeTables: [table('rtb-public', ['public'], 'igw-1'), table('rtb-private', ['private'], '')],
  }

  test.each<[string, Landscape, string, boolean, boolean]>([
    ['through NAT', land(), 'private', false, true],
    ['through the internet gateway', land(), 'public', true, true],
    ['an internet gateway without a public IP', land(), 'public', false, false],
    [
      'a NAT gateway that is deleted',
      land({ natGateways: [{ id: 'nat-1', subnetId: 'public', state: 'deleted' }] }),
      'private',
      false,
      false,
    ],
    [
      'a NAT gateway in a private subnet',
      land({ natGateways: [{ id: 'nat-1', subnetId: 'lonely', state: 'available' }] }),
      'private',
      false,
      false,
    ],
    ['no route', land(noNat), 'private', false, false],
    ['no route, though it has a public IP', land(noNat), 'private', true, false],
    [
      'a black hole',
      land({ routeTables: [table('rtb', ['private'], 'nat-1', 'blackhole')] }),
      'private',
      false,
      false,
    ],
    [
      'a detached internet gateway',
      land({ internetGateways: [{ id: 'igw-1', vpcIds: [] }] }),
      'public',
      true,
      false,
    ],
    [
      'the main table for a subnet without its own',
      land({ routeTables: [{ ...table('rtb', [], 'igw-1'), main: true }] }),
      'lonely',
      true,
      true,
    ],
    ['no table at all', land(), 'lonely', true, false],
  ])('canReachInternet: %s', (_, landscape, subnet, publicIp, open) => {
    expect(canReachInternet(landscape, { subnet, publicIp }).open).toBe(open)
  })

  const gateway = (tables: string[]) =>
    endpoint('s3', { type: 'Gateway', routeTableIds: tables, subnetIds: [], privateDns: false })
  test.each<[string, Landscape, string, boolean]>([
    ['over NAT', land(), 'ecr.api', true],
    ['neither NAT nor endpoint', land(noNat), 'ecr.api', false],
    ['an interface endpoint', land({ ...noNat, endpoints: [endpoint('ecr.api')] }), 'ecr.api', true],
    [
      'an endpoint of another service',
      land({ ...noNat, endpoints: [endpoint('ecr.dkr')] }),
      'ecr.api',
      false,
    ],
    [
      'an endpoint without private DNS',
      land({ ...noNat, endpoints: [endpoint('logs', { privateDns: false })] }),
      'logs',
      false,
    ],
    [
      'an endpoint still pending',
      land({ ...noNat, endpoints: [endpoint('logs', { state: 'pending' })] }),
      'logs',
      false,
    ],
    [
      'an endpoint in another VPC',
      land({ ...noNat, endpoints: [endpoint('logs', { vpcId: 'vpc-2' })] }),
      'logs',
      false,
    ],
    [
      'a gateway endpoint on its route table',
      land({ ...noNat, endpoints: [gateway(['rtb-private'])] }),
      's3',
      true,
    ],
    [
      'a gateway endpoint on another table',
      land({ ...noNat, endpoints: [gateway(['rtb-public'])] }),
      's3',
      false,
    ],
  ])('canReachAws: %s', (_, landscape, service, open) => {
    expect(canReachAws(landscape, { subnet: 'private', publicIp: false, service }).open).toBe(open)
  })
})
