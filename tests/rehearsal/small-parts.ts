import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import type { AwsVpcConfiguration, ECS } from '@aws-sdk/client-ecs'
import { IAM } from '@aws-sdk/client-iam'
import { RDS } from '@aws-sdk/client-rds'
import { S3 } from '@aws-sdk/client-s3'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { container, type Stack, stateBucket } from '../../runbooks/aws/stack'
import type { Place, Settings } from './small-network'

/** A Postgres that only the tasks reach; the ARN of the secret that says how. */
export async function makeDatabase(settings: Settings, stack: Stack, place: Place): Promise<string> {
  const rds = new RDS(settings)
  const DBSubnetGroupName = `${stack.prefix}-db`
  await rds.createDBSubnetGroup({
    DBSubnetGroupName,
    DBSubnetGroupDescription: 'of a small stack',
    SubnetIds: place.subnets,
  })
  const password = 'a0b1c2d3e4f5a6b7c8d9'
  await rds.createDBInstance({
    DBInstanceIdentifier: stack.database,
    DBInstanceClass: 'db.t4g.micro',
    Engine: 'postgres',
    EngineVersion: '16.4',
    AllocatedStorage: 20,
    StorageEncrypted: true,
    PubliclyAccessible: false,
    MasterUsername: 'tria',
    MasterUserPassword: password,
    DBName: 'tria',
    DBSubnetGroupName,
    VpcSecurityGroupIds: [place.databaseGroup],
  })
  const { DBInstances } = await rds.describeDBInstances({ DBInstanceIdentifier: stack.database })
  const { Address, Port } = DBInstances![0]!.Endpoint!
  const { ARN } = await new SecretsManager(settings).createSecret({
    Name: stack.databaseSecret,
    SecretString: JSON.stringify({
      DATABASE_URL: `postgres://tria:${password}@${Address}:${Port}/tria?sslmode=verify-full`,
    }),
  })
  return ARN!
}

/** One that tells somebody. */
export async function makeAlarm(settings: Settings, stack: Stack): Promise<void> {
  await new CloudWatch(settings).putMetricAlarm({
    AlarmName: `${stack.prefix}-cpu`,
    AlarmActions: [`arn:aws:sns:${settings.region}:123456789012:${stack.alerts}`],
    Namespace: 'AWS/ECS',
    MetricName: 'CPUUtilization',
    Dimensions: [
      { Name: 'ClusterName', Value: stack.cluster },
      { Name: 'ServiceName', Value: stack.service },
    ],
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 3,
    Threshold: 99,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  })
}

/** For the lock, the journal and Terraform's state, as setup makes it: with versions. */
export async function makeStateBucket(settings: Settings): Promise<string> {
  const s3 = new S3({ ...settings, forcePathStyle: true })
  const Bucket = stateBucket('123456789012', settings.region)
  await s3.createBucket({ Bucket })
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  return Bucket
}

/** The tables, by one task outside the service, as deploy does it. */
export async function migrate(
  ecs: ECS,
  cluster: string,
  taskDefinition: string,
  awsvpcConfiguration: AwsVpcConfiguration,
): Promise<void> {
  const { tasks } = await ecs.runTask({
    cluster,
    taskDefinition,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration },
    overrides: { containerOverrides: [{ name: container, command: ['migrate'] }] },
  })
  for (;;) {
    const found = await ecs.describeTasks({ cluster, tasks: [tasks![0]!.taskArn!] })
    const { lastStatus, stoppedReason, containers } = found.tasks![0]!
    if (lastStatus === 'STOPPED' && containers![0]!.exitCode === 0) return
    if (lastStatus === 'STOPPED') throw new Error(`migrate: ${stoppedReason}`)
    await Bun.sleep(100)
  }
}

/** What the tasks read as secrets. */
export async function storeInputs(settings: Settings, Name: string): Promise<string> {
  const inputs = {
    openai_api_key: 'sk-rehearsal-0000000000000000',
    secret_key: 'a-signing-key-of-a-small-stack',
    admin_token: 'an-administrators-token-of-a-small-stack',
  }
  // Under the names of the container's variables, which are these in capitals.
  const { ARN } = await new SecretsManager(settings).createSecret({
    Name,
    SecretString: JSON.stringify(inputs),
  })
  return ARN!
}

export async function executionRole(settings: Settings, RoleName: string): Promise<string> {
  const iam = new IAM(settings)
  const statement = (more: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] })
  const { Role } = await iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: statement({
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
  })
  await iam.putRolePolicy({
    RoleName,
    PolicyName: 'start',
    PolicyDocument: statement({
      Action: ['ecr:*', 'logs:*', 'secretsmanager:GetSecretValue'],
      Resource: '*',
    }),
  })
  return Role!.Arn!
}
