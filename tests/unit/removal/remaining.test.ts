import { expect, test } from 'bun:test'
import { stackOf } from '../../../runbooks/aws/stack'
import { whatRemains } from '../../../runbooks/removal/remaining'
import { account } from '../account'

const tags = (project: string, environment: string) => [
  { Key: 'Project', Value: project },
  { Key: 'Environment', Value: environment },
]

/** An account that gives all it has, whatever is asked: no filter of anybody else stands before what is named. */
const full = account({
  'ecs:describeServices': () => ({ services: [] }),
  'elb:describeLoadBalancers': () => ({ LoadBalancers: [] }),
  'rds:describeDBInstances': () => ({ DBInstances: [] }),
  'elasticache:describeReplicationGroups': () => ({ ReplicationGroups: [] }),
  'rds:describeDBSnapshots': () => ({
    DBSnapshots: ['staging', 'production'].map((environment) => ({
      DBSnapshotIdentifier: `final-${environment}`,
      DBInstanceIdentifier: `tria-aibpo-${environment}-db`,
      AllocatedStorage: 20,
    })),
  }),
  'ec2:describeNatGateways': () => ({
    NatGateways: [
      { NatGatewayId: 'nat-own', Tags: tags('tria-aibpo', 'staging') },
      { NatGatewayId: 'nat-production', Tags: tags('tria-aibpo', 'production') },
      { NatGatewayId: 'nat-foreign', Tags: tags('other', 'staging') },
      { NatGatewayId: 'nat-untagged' },
    ],
  }),
  'ec2:describeAddresses': () => ({
    Addresses: [
      { PublicIp: '192.0.2.1', AllocationId: 'own', Tags: tags('tria-aibpo', 'staging') },
      { PublicIp: '192.0.2.2', AllocationId: 'production', Tags: tags('tria-aibpo', 'production') },
    ],
  }),
  'secrets:listSecrets': () => ({
    SecretList: [{ Name: 'tria-aibpo-staging/inputs' }, { Name: 'tria-aibpo-production/inputs' }],
  }),
  'logs:describeLogGroups': () => ({
    logGroups: [{ logGroupName: '/ecs/tria-aibpo-staging' }, { logGroupName: '/ecs/tria-aibpo-staging-2' }],
  }),
})

test('what remains of an environment is its own, whatever the account answers with', async () => {
  const left = await whatRemains(full.aws, stackOf('staging'), 'eu-central-1')
  expect(left.map(({ what }) => what).sort()).toEqual([
    'Elastic IP address 192.0.2.1',
    'NAT gateway nat-own',
    'database snapshot final-staging (20 GB)',
    'log group /ecs/tria-aibpo-staging',
    'secret tria-aibpo-staging/inputs',
  ])
})
