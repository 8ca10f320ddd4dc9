/** Where AWS's Price List has prices of ours: one question for each, and which usage type is which price. */
export interface Question {
  service: string
  /** Attributes besides the region that its products share. */
  where: Readonly<Record<string, string>>
  /** Prices by the usage type without its region, e.g. `EUC1-NatGateway-Hours` is `NatGateway-Hours`. */
  prices: Readonly<Record<string, { price: string; unit: string }>>
}

const sizes = ['micro', 'small', 'medium'] as const

const database = (size: string): Question => ({
  service: 'AmazonRDS',
  where: { instanceType: `db.t4g.${size}`, databaseEngine: 'PostgreSQL' },
  prices: {
    [`InstanceUsage:db.t4g.${size}`]: { price: `rds.postgres.db.t4g.${size}`, unit: 'instance-hour' },
    [`Multi-AZUsage:db.t4g.${size}`]: {
      price: `rds.postgres.db.t4g.${size}.multi-az`,
      unit: 'instance-hour',
    },
  },
})

const cache = (size: string, engine: string): Question => ({
  service: 'AmazonElastiCache',
  where: { instanceType: `cache.t4g.${size}`, cacheEngine: engine },
  prices: {
    [`NodeUsage:cache.t4g.${size}`]: {
      price: `elasticache.${engine.toLowerCase()}.cache.t4g.${size}`,
      unit: 'node-hour',
    },
  },
})

/** Every price of a region's table that the Price List has by region. Those alike everywhere are not asked for. */
export const questions: readonly Question[] = [
  {
    service: 'AmazonECS',
    where: { productFamily: 'Compute' },
    prices: {
      'Fargate-vCPU-Hours:perCPU': { price: 'fargate.x86.vcpu', unit: 'vCPU-hour' },
      'Fargate-GB-Hours': { price: 'fargate.x86.memory', unit: 'GB-hour' },
      'Fargate-ARM-vCPU-Hours:perCPU': { price: 'fargate.arm.vcpu', unit: 'vCPU-hour' },
      'Fargate-ARM-GB-Hours': { price: 'fargate.arm.memory', unit: 'GB-hour' },
      'Fargate-EphemeralStorage-GB-Hours': { price: 'fargate.storage', unit: 'GB-hour' },
    },
  },
  ...sizes.map(database),
  {
    service: 'AmazonRDS',
    where: { productFamily: 'Database Storage', databaseEngine: 'PostgreSQL' },
    prices: {
      'RDS:GP3-Storage': { price: 'rds.storage.gp3', unit: 'GB-month' },
      'RDS:Multi-AZ-GP3-Storage': { price: 'rds.storage.gp3.multi-az', unit: 'GB-month' },
    },
  },
  {
    service: 'AmazonRDS',
    where: { productFamily: 'Storage Snapshot', databaseEngine: 'PostgreSQL' },
    prices: { 'RDS:ChargedBackupUsage': { price: 'rds.snapshot', unit: 'GB-month' } },
  },
  ...sizes.flatMap((size) => [cache(size, 'Redis'), cache(size, 'Valkey')]),
  {
    service: 'AWSELB',
    where: { productFamily: 'Load Balancer-Application' },
    prices: {
      LoadBalancerUsage: { price: 'alb.hour', unit: 'hour' },
      LCUUsage: { price: 'alb.lcu', unit: 'LCU-hour' },
    },
  },
  {
    service: 'AmazonEC2',
    where: { productFamily: 'NAT Gateway' },
    prices: {
      'NatGateway-Hours': { price: 'nat.hour', unit: 'hour' },
      'NatGateway-Bytes': { price: 'nat.data', unit: 'GB' },
    },
  },
  {
    service: 'AmazonVPC',
    where: { productFamily: 'VpcEndpoint' },
    prices: {
      'VpcEndpoint-Hours': { price: 'endpoint.hour', unit: 'endpoint-hour' },
      'VpcEndpoint-Bytes': { price: 'endpoint.data', unit: 'GB' },
    },
  },
  {
    service: 'AmazonCloudWatch',
    where: { productFamily: 'Data Payload' },
    prices: { 'DataProcessing-Bytes': { price: 'logs.ingested', unit: 'GB' } },
  },
  {
    service: 'AmazonCloudWatch',
    where: { productFamily: 'Storage Snapshot' },
    prices: { 'TimedStorage-ByteHrs': { price: 'logs.stored', unit: 'GB-month' } },
  },
  {
    service: 'AmazonCloudWatch',
    where: { productFamily: 'Alarm' },
    prices: { 'CW:AlarmMonitorUsage': { price: 'cloudwatch.alarm', unit: 'metric' } },
  },
  {
    service: 'AmazonCloudWatch',
    where: { productFamily: 'Metric' },
    prices: { 'CW:MetricMonitorUsage': { price: 'cloudwatch.metric', unit: 'metric' } },
  },
  {
    service: 'AmazonS3',
    where: { productFamily: 'Storage', volumeType: 'Standard' },
    prices: { 'TimedStorage-ByteHrs': { price: 's3.stored', unit: 'GB-month' } },
  },
  {
    service: 'AWSDataTransfer',
    where: { transferType: 'AWS Outbound' },
    prices: { 'DataTransfer-Out-Bytes': { price: 'egress', unit: 'GB' } },
  },
]
