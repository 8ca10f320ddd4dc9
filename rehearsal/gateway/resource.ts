import type { World } from '../world'
import type { Members } from './call'
import type { Wire } from './protocol/wire'

/** From a member's value to the part of an ARN behind the account; the action tells what a `Name` is of. */
type Path = (name: string, input: Members, action: string) => string

const last = (name: unknown): string => String(name).split('/').at(-1) ?? ''
const inCluster =
  (kind: string): Path =>
  (name, { cluster = 'default' }) =>
    `${kind}/${last(cluster)}/${last(name)}`

/** The members that name a service's resources, the most telling one first. */
const named: Record<string, [member: string, path: Path][]> = {
  'application-autoscaling': [['ResourceId', () => 'scalable-target/*']],
  budgets: [
    ['BudgetName', (name) => `budget/${name}`],
    ['Budget', (name) => `budget/${name}`],
    ['NewBudget', (name) => `budget/${name}`],
  ],
  chatbot: [
    ['ChatConfigurationArn', (arn) => arn],
    ['ConfigurationName', (name) => `chat-configuration/slack-channel/${name}`],
  ],
  ecr: [['repositoryName', (name) => `repository/${name}`]],
  ecs: [
    ['service', inCluster('service')],
    ['serviceName', inCluster('service')],
    ['services', inCluster('service')],
    ['tasks', inCluster('task')],
    ['task', inCluster('task')],
    ['taskDefinition', (name) => `task-definition/${last(name)}`],
    ['family', (name) => `task-definition/${name}`],
    ['cluster', (name) => `cluster/${last(name)}`],
    ['clusters', (name) => `cluster/${last(name)}`],
    ['clusterName', (name) => `cluster/${name}`],
  ],
  elasticache: [
    ['ReplicationGroupId', (name) => `replicationgroup:${name}`],
    ['CacheClusterId', (name) => `cluster:${name}`],
    ['CacheSubnetGroupName', (name) => `subnetgroup:${name}`],
    ['CacheParameterGroupName', (name) => `parametergroup:${name}`],
  ],
  elasticloadbalancing: [
    [
      'Name',
      (name, _, action) =>
        /TargetGroup/.test(action) ? `targetgroup/${name}/*` : `loadbalancer/app/${name}/*`,
    ],
  ],
  iam: [
    ['RoleName', (name) => `role/${name}`],
    ['PolicyName', (name) => `policy/${name}`],
    ['UserName', (name) => `user/${name}`],
    ['Url', (name) => `oidc-provider/${name.replace(/^https:\/\//, '')}`],
  ],
  kms: [['KeyId', (name) => (name.startsWith('alias/') ? name : `key/${name}`)]],
  logs: [['logGroupName', (name) => `log-group:${name}`]],
  monitoring: [
    ['AlarmName', (name) => `alarm:${name}`],
    ['AlarmNames', (name) => `alarm:${name}`],
    ['DashboardName', (name) => `dashboard/${name}`],
    ['DashboardNames', (name) => `dashboard/${name}`],
  ],
  rds: [
    ['DBInstanceIdentifier', (name) => `db:${name}`],
    ['DBParameterGroupName', (name) => `pg:${name}`],
    ['DBSubnetGroupName', (name) => `subgrp:${name}`],
    ['DBSnapshotIdentifier', (name) => `snapshot:${name}`],
  ],
  secretsmanager: [
    ['SecretId', (name) => `secret:${name}`],
    ['Name', (name) => `secret:${name}`],
  ],
  sns: [['Name', (name) => name]],
  wafv2: [['Name', (name) => `regional/webacl/${name}/*`]],
}

/** What EC2's ids are ids of. */
const ec2Kinds: Record<string, string> = {
  acl: 'network-acl',
  eipalloc: 'elastic-ip',
  eni: 'network-interface',
  fl: 'vpc-flow-log',
  igw: 'internet-gateway',
  nat: 'natgateway',
  rtb: 'route-table',
  sg: 'security-group',
  sgr: 'security-group-rule',
  subnet: 'subnet',
  vpc: 'vpc',
  vpce: 'vpc-endpoint',
}

/** Services whose resources belong to no region, or some of whose do. */
const global = (service: string, path: string): boolean =>
  service === 'iam' || service === 'budgets' || service === 'chatbot' || path.startsWith('dashboard/')

/** What a call was about, as an ARN where it can be told: best effort, for the record. */
export function resourceOf(
  { scope: { service, region }, action }: Wire,
  { account }: Pick<World, 'account'>,
  input: Members,
): string | undefined {
  if (service === 's3')
    return input.Bucket && `arn:aws:s3:::${input.Bucket}${input.Key ? `/${input.Key}` : ''}`
  const arn = (path: string) => {
    const name = service === 'monitoring' ? 'cloudwatch' : service
    return `arn:aws:${name}:${global(service, path) ? '' : region}:${account}:${path}`
  }
  for (const [member, path] of named[service] ?? []) {
    const given = [input[member]].flat()[0]
    const name = given?.BudgetName ?? given
    if (typeof name !== 'string' || name === '') continue
    return name.startsWith('arn:') ? name : arn(path(name, input, action))
  }
  const values = Object.values(input).flat()
  const found = values.find((value) => typeof value === 'string' && value.startsWith('arn:'))
  if (found) return found as string
  // EC2 allows or denies what it describes as a whole.
  if (service !== 'ec2' || action.startsWith('Describe')) return undefined
  const id = values.find((value) => typeof value === 'string' && kindOf(value) !== undefined) as
    | string
    | undefined
  return id && arn(`${kindOf(id)}/${id}`)
}

const kindOf = (id: string): string | undefined => ec2Kinds[/^([a-z]+)-[0-9a-f]+$/.exec(id)?.[1] ?? '']
