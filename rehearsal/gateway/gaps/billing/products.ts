/** One product of the Price List: what it is, and what a unit costs on demand, by tier. */
export interface Listed {
  service: string
  family: string
  usage: string
  unit: string
  rates: readonly (readonly [from: string, to: string, usd: string])[]
  /** An hour of it reserved for a year with nothing upfront. */
  year?: string
  attributes?: Record<string, string>
}

const flat = (usd: string): Listed['rates'] => [['0', 'Inf', usd]]

const fargate = (usage: string, unit: string, usd: string): Listed => ({
  service: 'AmazonECS',
  family: 'Compute',
  usage: `USE1-${usage}`,
  unit,
  rates: flat(usd),
})

const database = (size: string, single: string, multi: string): Listed[] =>
  [
    { usage: `InstanceUsage:db.t4g.${size}`, usd: single, deploymentOption: 'Single-AZ' },
    { usage: `Multi-AZUsage:db.t4g.${size}`, usd: multi, deploymentOption: 'Multi-AZ' },
    {
      usage: `ExtendedSupport-InstanceUsage:db.t4g.${size}`,
      usd: '0.1000000000',
      deploymentOption: 'Single-AZ',
    },
  ].map(({ usage, usd, deploymentOption }) => ({
    service: 'AmazonRDS',
    family: 'Database Instance',
    usage,
    unit: 'Hrs',
    rates: flat(usd),
    attributes: { instanceType: `db.t4g.${size}`, databaseEngine: 'PostgreSQL', deploymentOption },
  }))

const cache = (size: string, engine: string, usd: string, year: string): Listed[] =>
  [
    // A surcharge for old versions is a product of the same node, and comes first.
    { usage: `ExtendedSupportYr1_Yr2-NodeUsage:cache.t4g.${size}`, usd: '0.0128000000' },
    { usage: `NodeUsage:cache.t4g.${size}`, usd, year },
  ].map(({ usage, usd: rate, ...reserved }) => ({
    ...reserved,
    service: 'AmazonElastiCache',
    family: 'Cache Instance',
    usage,
    unit: 'Hrs',
    rates: flat(rate),
    attributes: { instanceType: `cache.t4g.${size}`, cacheEngine: engine },
  }))

const storage = (usage: string, usd: string): Listed => ({
  service: 'AmazonRDS',
  family: 'Database Storage',
  usage,
  unit: 'GB-Mo',
  rates: flat(usd),
  attributes: { databaseEngine: 'PostgreSQL', volumeType: 'General Purpose-GP3' },
})

const simple = (service: string, family: string, usage: string, unit: string, usd: string): Listed => ({
  service,
  family,
  usage,
  unit,
  rates: flat(usd),
})

/** What us-east-1 lists of what the guide's stack uses, in September 2026. */
export const listed: readonly Listed[] = [
  fargate('Fargate-vCPU-Hours:perCPU', 'hours', '0.0404800000'),
  fargate('Fargate-GB-Hours', 'hours', '0.0044450000'),
  fargate('Fargate-ARM-vCPU-Hours:perCPU', 'hours', '0.0323800000'),
  fargate('Fargate-ARM-GB-Hours', 'hours', '0.0035600000'),
  fargate('Fargate-Windows-vCPU-Hours:perCPU', 'hours', '0.0465520000'),
  fargate('Fargate-EphemeralStorage-GB-Hours', 'GB-Hours', '0.0001110000'),
  ...database('micro', '0.0160000000', '0.0320000000'),
  ...database('small', '0.0320000000', '0.0650000000'),
  ...database('medium', '0.0650000000', '0.1290000000'),
  storage('RDS:GP3-Storage', '0.1150000000'),
  storage('RDS:Multi-AZ-GP3-Storage', '0.2300000000'),
  {
    service: 'AmazonRDS',
    family: 'Storage Snapshot',
    usage: 'RDS:ChargedBackupUsage',
    unit: 'GB-Mo',
    rates: flat('0.0950000000'),
    attributes: { databaseEngine: 'PostgreSQL' },
  },
  ...cache('micro', 'Redis', '0.0160000000', '0.0110000000'),
  ...cache('micro', 'Valkey', '0.0128000000', '0.0088000000'),
  ...cache('small', 'Redis', '0.0320000000', '0.0220000000'),
  ...cache('small', 'Valkey', '0.0256000000', '0.0176000000'),
  simple('AWSELB', 'Load Balancer-Application', 'LoadBalancerUsage', 'Hrs', '0.0225000000'),
  simple('AWSELB', 'Load Balancer-Application', 'LCUUsage', 'LCU-Hrs', '0.0080000000'),
  simple('AmazonEC2', 'NAT Gateway', 'NatGateway-Hours', 'Hrs', '0.0450000000'),
  simple('AmazonEC2', 'NAT Gateway', 'NatGateway-Bytes', 'GB', '0.0450000000'),
  simple('AmazonVPC', 'VpcEndpoint', 'USE1-VpcEndpoint-Hours', 'Hrs', '0.0100000000'),
  {
    service: 'AmazonVPC',
    family: 'VpcEndpoint',
    usage: 'USE1-VpcEndpoint-Bytes',
    unit: 'GB',
    rates: [
      ['0', '1048576', '0.0100000000'],
      ['1048576', '5242880', '0.0060000000'],
      ['5242880', 'Inf', '0.0040000000'],
    ],
  },
  simple('AmazonCloudWatch', 'Data Payload', 'USE1-DataProcessing-Bytes', 'GB', '0.5000000000'),
  simple('AmazonCloudWatch', 'Storage Snapshot', 'USE1-TimedStorage-ByteHrs', 'GB-Mo', '0.0300000000'),
  simple('AmazonCloudWatch', 'Alarm', 'CW:AlarmMonitorUsage', 'Alarms', '0.1000000000'),
  simple('AmazonCloudWatch', 'Alarm', 'CW:HighResAlarmMonitorUsage', 'Alarms', '0.3000000000'),
  {
    service: 'AmazonS3',
    family: 'Storage',
    usage: 'TimedStorage-ByteHrs',
    unit: 'GB-Mo',
    rates: [
      ['0', '51200', '0.0230000000'],
      ['51200', '512000', '0.0220000000'],
      ['512000', 'Inf', '0.0210000000'],
    ],
    attributes: { volumeType: 'Standard' },
  },
  {
    service: 'AWSDataTransfer',
    family: 'Data Transfer',
    usage: 'DataTransfer-Out-Bytes',
    unit: 'GB',
    rates: [
      ['0', '10240', '0.0900000000'],
      ['10240', '51200', '0.0850000000'],
      ['51200', '153600', '0.0700000000'],
      ['153600', 'Inf', '0.0500000000'],
    ],
    attributes: { transferType: 'AWS Outbound' },
  },
]
