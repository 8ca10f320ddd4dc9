import { afterAll, beforeAll, expect, test } from 'bun:test'
import { EC2, type Filter } from '@aws-sdk/client-ec2'
import { type Bench, bench } from './bench'

let b: Bench
let ec2: EC2
const ids: Record<string, string> = {}
beforeAll(async () => {
  b = await bench()
  ec2 = new EC2(b.settings)
  const { Vpc } = await ec2.createVpc({ CidrBlock: '10.0.0.0/16' })
  const { Subnet } = await ec2.createSubnet({ VpcId: Vpc!.VpcId!, CidrBlock: '10.0.1.0/24' })
  for (const Value of ['staging', 'production']) {
    const { AllocationId } = await ec2.allocateAddress({ Domain: 'vpc' })
    const { NatGateway } = await ec2.createNatGateway({
      SubnetId: Subnet!.SubnetId!,
      AllocationId,
      TagSpecifications: [{ ResourceType: 'natgateway', Tags: [{ Key: 'Environment', Value }] }],
    })
    ids[NatGateway!.NatGatewayId!] = Value
  }
}, 60_000)
afterAll(() => b.stop())

const found = async (...filters: Filter[]) => {
  const { NatGateways = [] } = await ec2.describeNatGateways({ Filter: filters })
  return NatGateways.map(({ NatGatewayId }) => ids[NatGatewayId!]).sort() as string[]
}

test.each<[string, Filter[], string[]]>([
  ['none', [], ['production', 'staging']],
  ['a tag', [{ Name: 'tag:Environment', Values: ['staging'] }], ['staging']],
  [
    'a tag and a state',
    [
      { Name: 'tag:Environment', Values: ['staging'] },
      { Name: 'state', Values: ['deleted'] },
    ],
    [],
  ],
  [
    'either value',
    [{ Name: 'tag:Environment', Values: ['staging', 'production'] }],
    ['production', 'staging'],
  ],
  ["another environment's", [{ Name: 'tag:Environment', Values: ['demo'] }], []],
  ['a key that is there', [{ Name: 'tag-key', Values: ['Environment'] }], ['production', 'staging']],
  ['a key that is not', [{ Name: 'tag-key', Values: ['Project'] }], []],
])('DescribeNatGateways by %s', async (_, filters, expected) => {
  expect(await found(...filters)).toEqual(expected)
})
