import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { DescribeServicesCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs'
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { AwsError, type Handlers } from '../../../rehearsal/gateway/call'
import { type Bench, bench, signed } from './bench'

const above: Handlers = {
  ecs: {
    ListClusters: async (call) => ({ clusterArns: ['above', ...(await call.answer()).clusterArns] }),
    DescribeServices: () => {
      throw new AwsError('ClusterNotFoundException', 'Cluster not found.')
    },
  },
  elasticloadbalancing: {
    DescribeLoadBalancers: ({ input }) => {
      if (input.Names) throw new AwsError('LoadBalancerNotFound', `Load balancers '${input.Names}' not found`)
      return {
        LoadBalancers: [
          { LoadBalancerName: 'a', CreatedTime: new Date(1000), AvailabilityZones: [{ ZoneName: 'z' }] },
        ],
      }
    },
  },
}
const below: Handlers = { ecs: { ListClusters: () => ({ clusterArns: ['below'] }) } }

let b: Bench
beforeAll(async () => {
  b = await bench([above, below])
}, 60_000)
afterAll(() => b.stop())

describe('handlers', () => {
  test('stack: the first is asked first, and can ask the one below', async () => {
    const { clusterArns } = await new ECSClient(b.settings).send(new ListClustersCommand())
    expect(clusterArns).toEqual(['above', 'below'])
  })
  test('an object is encoded in query XML with its types', async () => {
    const client = new ElasticLoadBalancingV2Client(b.settings)
    const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand())
    expect(LoadBalancers).toEqual([
      { LoadBalancerName: 'a', CreatedTime: new Date(1000), AvailabilityZones: [{ ZoneName: 'z' }] },
    ])
  })
  test('what no handler knows goes to moto, whole', async () => {
    const client = new IAMClient(b.settings)
    const RoleName = 'tested'
    await client.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: '{"Statement":[]}',
        Description: 'ü & <x>',
      }),
    )
    const { Role } = await client.send(new GetRoleCommand({ RoleName }))
    expect(Role?.Description).toBe('ü & <x>')
  })
})

describe('AwsError', () => {
  test('reaches a JSON client as its own exception, with a request id', async () => {
    const failed = new ECSClient(b.settings).send(new DescribeServicesCommand({ services: ['s'] }))
    const error = await failed.then(
      () => undefined,
      (thrown) => thrown,
    )
    expect(error.name).toBe('ClusterNotFoundException')
    expect(error.message).toBe('Cluster not found.')
    expect(error.$metadata).toMatchObject({
      httpStatusCode: 400,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })
  test('reaches a query client as its own exception', async () => {
    const client = new ElasticLoadBalancingV2Client(b.settings)
    const error = await client
      .send(new DescribeLoadBalancersCommand({ Names: ['n'] }))
      .catch((thrown) => thrown)
    expect(error.name).toBe('LoadBalancerNotFoundException')
    expect(error.message).toBe("Load balancers 'n' not found")
  })
})

describe('an operation that nothing here knows', () => {
  test.each([
    ['pi', 'PerformanceInsightsv20180227.ListTagsForResource'],
    ['ecr', 'AmazonEC2ContainerRegistry_V20150921.GetAccountSetting'],
  ])('of %s is answered as AWS answers one it has not, and named', async (service, target) => {
    const { status, body } = await b.json(service, target, {})
    const call = `${service}:${target.split('.')[1]}`
    expect([status, body.__type]).toEqual([400, 'UnknownOperationException'])
    expect(b.gateway.unknownCalls().map((each) => each.call)).toContain(call)
    expect(b.logged.some((line) => line.includes(`unknown call ${call}`))).toBe(true)
  })
  test('of a query service is an InvalidAction', async () => {
    const body = new URLSearchParams({ Action: 'DescribeDBMajorEngineVersions', Version: '2014-10-31' })
    const response = await fetch(b.gateway.url, { method: 'POST', body, headers: signed('rds') })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('<Code>InvalidAction</Code>')
  })
})

describe('the record', () => {
  test('has every call with its resource, status, error and caller, and no input', async () => {
    const s3 = new S3Client(b.settings)
    await s3.send(new CreateBucketCommand({ Bucket: 'recorded' }))
    await s3.send(new PutObjectCommand({ Bucket: 'recorded', Key: 'a/b', Body: 'top secret' }))
    await new ECSClient(b.settings)
      .send(new DescribeServicesCommand({ cluster: 'c', services: ['s'] }))
      .catch(() => {})
    const written = await b.written()
    expect(written.findLast((each) => each.call === 's3:PutObject')).toMatchObject({
      resource: 'arn:aws:s3:::recorded/a/b',
      status: 200,
      by: 'sdk-js',
      accessKey: 'AKIABENCH',
    })
    expect(written.findLast((each) => each.call === 'ecs:DescribeServices')).toMatchObject({
      resource: 'arn:aws:ecs:us-east-1:123456789012:service/c/s',
      status: 400,
      error: 'ClusterNotFoundException',
    })
    expect(JSON.stringify(written)).not.toContain('top secret')
    expect(b.gateway.callsSeen()['s3:PutObject']).toBe(1)
  })
})

describe('addFault', () => {
  test('throttles the next calls of an action in the words of its protocol, and no more', async () => {
    b.gateway.addFault({ call: 'ecs:ListClusters', kind: 'throttled', times: 1 })
    const client = new ECSClient(b.settings)
    const error = await client.send(new ListClustersCommand()).catch((thrown) => thrown)
    expect([error.name, error.message]).toEqual(['ThrottlingException', 'Rate exceeded'])
    expect((await client.send(new ListClustersCommand())).clusterArns).toHaveLength(2)
  })
  test('expires credentials for all services, until it is cleared', async () => {
    b.gateway.addFault({ call: '*', kind: 'expired' })
    const codes = await Promise.all([
      new ECSClient(b.settings).send(new ListClustersCommand()).catch((thrown) => thrown.name),
      new IAMClient(b.settings).send(new GetRoleCommand({ RoleName: 'r' })).catch((thrown) => thrown.name),
      new EC2Client(b.settings).send(new DescribeSubnetsCommand()).catch((thrown) => thrown.name),
      new CloudWatchClient(b.settings).send(new DescribeAlarmsCommand()).catch((thrown) => thrown.name),
    ])
    b.gateway.clearFaults()
    expect(codes).toEqual([
      'ExpiredTokenException',
      'ExpiredToken',
      'RequestExpired',
      'ExpiredTokenException',
    ])
  })
  test('is to be had over HTTP too', async () => {
    const faults = `${b.gateway.url}/_rehearsal/faults`
    await fetch(faults, {
      method: 'POST',
      body: JSON.stringify({ call: 'ecs:ListClusters', kind: 'denied', times: 1 }),
    })
    const error = await new ECSClient(b.settings).send(new ListClustersCommand()).catch((thrown) => thrown)
    expect(error.name).toBe('AccessDeniedException')
    expect(error.message).toContain('is not authorized to perform: ecs:ListClusters')
    expect(await (await fetch(faults)).json()).toEqual([])
  })
})

test('a request without credentials is refused', async () => {
  expect((await fetch(`${b.gateway.url}/bucket/key`)).status).toBe(403)
})

test('a region that is none is refused, as AWS refuses it', async () => {
  const settings = { ...b.settings, region: 'us-nowhere-9' }
  const ecs = await new ECSClient(settings).send(new ListClustersCommand()).catch((thrown) => thrown)
  expect([ecs.name, ecs.message]).toEqual([
    'InvalidSignatureException',
    'Credential should be scoped to a valid region.',
  ])
  const iam = new EC2Client(settings).send(new DescribeSubnetsCommand())
  expect(await iam.catch((thrown) => thrown.name)).toBe('SignatureDoesNotMatch')
})
