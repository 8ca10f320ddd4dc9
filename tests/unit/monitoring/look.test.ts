import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Stack, stackOf } from '../../../runbooks/aws/stack'
import { isSeen } from '../../../runbooks/diagnosis/snapshot'
import { lookAt } from '../../../runbooks/monitoring/look'
import { seriesNames } from '../../../runbooks/monitoring/queries'
import { type Answer, account } from '../account'

/** Where things were last time is remembered there. */
let before: string | undefined
let folder = ''
beforeAll(() => {
  before = process.env.TRIA_RUNBOOKS_DIR
  folder = mkdtempSync(join(tmpdir(), 'tria-monitor-'))
  process.env.TRIA_RUNBOOKS_DIR = folder
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  if (before === undefined) delete process.env.TRIA_RUNBOOKS_DIR
  else process.env.TRIA_RUNBOOKS_DIR = before
})

const environments = (count: number) => Array.from({ length: count }, (_, i) => `e${i}`)
const arn = (kind: string, name: string) => `arn:aws:elasticloadbalancing:us-east-1:1:${kind}/${name}/1`

/** An account with so many environments, that answers in AWS's own page sizes. */
function estate(count: number, tasks = 1): Record<string, Answer> {
  const stacks = environments(count).map(stackOf)
  const page = (size: number, token: string, member: string, of: (stack: Stack) => object[]): Answer => {
    const all = stacks.flatMap(of)
    return (input) => {
      const from = Number(input[token] ?? 0)
      const names = input.Names as string[] | undefined
      if (names)
        return {
          [member]: all.filter((one: any) => names.includes(one.LoadBalancerName ?? one.TargetGroupName)),
        }
      const more = from + size < all.length
      return {
        [member]: all.slice(from, from + size),
        ...(more && { [token === 'Marker' && size === 400 ? 'NextMarker' : token]: String(from + size) }),
      }
    }
  }
  return {
    'ecs:describeServices': () => ({
      services: [
        {
          status: 'ACTIVE',
          desiredCount: tasks,
          runningCount: tasks,
          taskDefinition: 'arn:aws:ecs:us-east-1:1:task-definition/t:1',
        },
      ],
    }),
    'ecs:describeTaskDefinition': () => ({
      taskDefinition: {},
      tags: [{ key: 'tria:commit', value: 'c0ffee' }],
    }),
    'elb:describeLoadBalancers': page(400, 'Marker', 'LoadBalancers', ({ loadBalancer: name }) => [
      { LoadBalancerName: name, LoadBalancerArn: arn('loadbalancer/app', name) },
    ]),
    'elb:describeTargetGroups': page(400, 'Marker', 'TargetGroups', ({ targetGroup: name }) => [
      { TargetGroupName: name, TargetGroupArn: arn('targetgroup', name) },
    ]),
    'elb:describeTargetHealth': () => ({
      TargetHealthDescriptions: Array.from({ length: tasks }, () => ({ TargetHealth: { State: 'healthy' } })),
    }),
    'rds:describeDBInstances': page(100, 'Marker', 'DBInstances', ({ database }) => [
      { DBInstanceIdentifier: database, DBInstanceStatus: 'available' },
    ]),
    'elasticache:describeReplicationGroups': page(
      100,
      'Marker',
      'ReplicationGroups',
      ({ replicationGroup }) => [{ ReplicationGroupId: replicationGroup, Status: 'available' }],
    ),
    'cloudwatch:describeAlarms': page(100, 'NextToken', 'MetricAlarms', ({ prefix }) =>
      Array.from({ length: 10 }, (_, i) => ({ AlarmName: `${prefix}-${i}`, StateValue: 'OK' })),
    ),
    'cloudwatch:getMetricData': ({ MetricDataQueries }) => {
      if (MetricDataQueries.length > 500)
        throw new Error('The collection MetricDataQueries must not have a size greater than 500.')
      return {
        MetricDataResults: MetricDataQueries.map(({ Id }: { Id: string }) => ({
          Id,
          Timestamps: [new Date()],
          Values: [1],
        })),
      }
    },
    's3:getObject': () => {
      throw Object.assign(new Error('none'), { name: 'NoSuchKey' })
    },
  }
}

const look = (aws: ReturnType<typeof account>['aws'], count: number, region: string) =>
  lookAt({
    aws,
    environments: environments(count),
    region,
    since: 3600,
    account: async () => '1',
    now: new Date(),
  })

describe('lookAt', () => {
  test.each([
    [1, 1],
    [10, 10],
    [100, 10],
  ])('%i environments of %i tasks: no more calls than pages', async (count, tasks) => {
    const region = `us-east-${count}`
    await look(account(estate(count, tasks)).aws, count, region)
    const { aws, calls } = account(estate(count, tasks))
    const looks = await look(aws, count, region)
    const made = (call: string) => calls.filter((one) => one === call).length
    expect(made('cloudwatch:getMetricData')).toBe(Math.ceil((count * seriesNames.length) / 500))
    // A cluster's services, a group's targets and a state are pages of their own.
    for (const call of ['ecs:describeServices', 'elb:describeTargetHealth', 's3:getObject'])
      expect(made(call)).toBe(count)
    expect(made('elb:describeLoadBalancers')).toBe(1)
    expect(made('rds:describeDBInstances')).toBe(Math.ceil(count / 100))
    expect(made('cloudwatch:describeAlarms')).toBe(Math.ceil((count * 10) / 100))
    // What a revision was built from is asked once, and the second look knows it.
    expect(made('ecs:describeTaskDefinition')).toBe(0)
    expect(looks.length).toBe(count)
    for (const { alarms, database, targets, commit, series } of looks) {
      expect(isSeen(alarms) && alarms.value.length).toBe(10)
      expect(isSeen(database) && database.value?.status).toBe('available')
      expect(isSeen(targets) && targets.value?.healthy).toBe(tasks)
      expect(isSeen(commit) && commit.value).toBe('c0ffee')
      expect('reason' in series).toBe(false)
    }
  })

  test('a thousand tasks take no call more than ten', async () => {
    const count = async (tasks: number) => {
      const { aws, calls } = account(estate(1, tasks))
      await look(aws, 1, 'eu-west-1')
      return calls.length
    }
    await count(1)
    expect(await count(1000)).toBe(await count(10))
  })

  test('whoever may see nothing gets a reason for every part', async () => {
    const [seen] = await look(account({}).aws, 1, 'eu-west-2')
    for (const part of ['series', 'service', 'targets', 'database', 'cache', 'alarms', 'cost'] as const)
      expect(seen![part]).toHaveProperty('reason')
  })
})
