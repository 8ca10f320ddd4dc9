import { describe, expect, test } from 'bun:test'
import { serviceModels } from '../../../rehearsal/gateway/models'
import { decodeCbor, encodeCbor } from '../../../rehearsal/gateway/protocol/cbor'
import { readEc2Query, readQuery } from '../../../rehearsal/gateway/protocol/query'
import { readAnswer, writeAnswer } from '../../../rehearsal/gateway/protocol/query-answer'
import { restOperation } from '../../../rehearsal/gateway/protocol/rest'
import { s3Operation } from '../../../rehearsal/gateway/protocol/s3'
import { find, parseXml } from '../../../rehearsal/gateway/protocol/xml'
import { scopeOf } from '../../../rehearsal/gateway/scope'
import { findModels } from '../../../rehearsal/moto'
import { clone } from '../../../rehearsal/place'

const models = serviceModels(findModels(clone, '/nowhere'))
const url = (path: string) => new URL(path, 'http://127.0.0.1:1')

describe('scopeOf', () => {
  test('reads the credential scope of a signed request and of a presigned address', () => {
    const header =
      'AWS4-HMAC-SHA256 Credential=AKIA1/20261123/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=x'
    const expected = { accessKey: 'AKIA1', region: 'eu-west-1', service: 'ecs' }
    expect(scopeOf(new Headers({ authorization: header }), url('/'))).toEqual(expected)
    const presigned = url('/b/k?X-Amz-Credential=AKIA1%2F20261123%2Feu-west-1%2Fs3%2Faws4_request')
    expect(scopeOf(new Headers(), presigned)).toEqual({ ...expected, service: 's3' })
    expect(scopeOf(new Headers(), url('/'))).toBeUndefined()
  })
})

describe('readQuery', () => {
  const form = new URLSearchParams(
    'Action=CreateRule&ListenerArn=arn:l&Priority=10' +
      '&Actions.member.1.Type=forward&Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=arn:t' +
      '&Conditions.member.1.PathPatternConfig.Values.member.1=/a&Conditions.member.1.PathPatternConfig.Values.member.2=/b',
  )
  test('types what the model types, and keeps a structure with one list a structure', () => {
    expect(readQuery(form, models('elasticloadbalancing'), 'CreateRule')).toEqual({
      ListenerArn: 'arn:l',
      Priority: 10,
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'arn:t' }] } }],
      Conditions: [{ PathPatternConfig: { Values: ['/a', '/b'] } }],
    })
  })
  test('finds the lists by their numbers where there is no model', () => {
    const parameters = new URLSearchParams('Filters.Filter.1.Name=n&Filters.Filter.1.Values.Value.1=v&Empty=')
    expect(readQuery(parameters, undefined, 'X')).toEqual({
      Filters: [{ Name: 'n', Values: ['v'] }],
      Empty: '',
    })
  })
  test('reads booleans, numbers, times and empty lists of RDS', () => {
    const given = new URLSearchParams('MultiAZ=true&Iops=3000&VpcSecurityGroupIds=&DBInstanceIdentifier=d')
    expect(readQuery(given, models('rds'), 'CreateDBInstance')).toEqual({
      DBInstanceIdentifier: 'd',
      MultiAZ: true,
      Iops: 3000,
      VpcSecurityGroupIds: [],
    })
  })
  test("EC2's lists have no wrapper", () => {
    const given = new URLSearchParams(
      'Action=X&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0&Filter.1.Value.1=v',
    )
    expect(readEc2Query(given)).toEqual({
      IpPermissions: [{ IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      Filter: [{ Value: ['v'] }],
    })
  })
})

describe('writeAnswer and readAnswer', () => {
  test('are each other, in the element names of the model', () => {
    const model = models('elasticache')!
    const answer = {
      CacheClusters: [
        {
          CacheClusterId: 'c<&>',
          NumCacheNodes: 1,
          AtRestEncryptionEnabled: true,
          CacheClusterCreateTime: new Date(0),
        },
      ],
    }
    const text = writeAnswer(model, 'DescribeCacheClusters', answer, 'request-1')
    expect(text).toContain('<CacheClusters><CacheCluster><CacheClusterId>c&lt;&amp;&gt;</CacheClusterId>')
    expect(find(parseXml(text), 'RequestId')?.text).toBe('request-1')
    expect(readAnswer(model, 'DescribeCacheClusters', text)).toEqual(answer)
  })
  test('an operation without output answers with its metadata alone', () => {
    expect(writeAnswer(models('rds'), 'DeleteDBParameterGroup', {}, 'r')).not.toContain('Result>')
  })
})

test('parseXml reads what escapes, CDATA and comments hold', () => {
  const parsed = parseXml(
    '<?xml version="1.0"?><a x="1"><!-- no --><b>&lt;&#65;&#x42;</b><c><![CDATA[<d>]]></c><e/></a>',
  )
  expect(parsed.children.map(({ name, text }) => [name, text])).toEqual([
    ['b', '<AB'],
    ['c', '<d>'],
    ['e', ''],
  ])
})

test('encodeCbor and decodeCbor are each other; decodeCbor reads what others write', () => {
  const value = {
    s: 'ü',
    n: -5,
    big: 4_294_967_296,
    f: 0.25,
    b: true,
    no: null,
    l: [1, { x: new Date(1500) }],
    y: new Uint8Array([1, 2]),
  }
  expect(decodeCbor(encodeCbor(value))).toEqual(value)
  // Indefinite map, text and list, a half float and a 32-bit float.
  const other = new Uint8Array([
    0xbf, 0x7f, 0x61, 0x61, 0x61, 0x62, 0xff, 0x9f, 0xf9, 0x3c, 0x00, 0xfa, 0x40, 0x20, 0, 0, 0xff, 0xff,
  ])
  expect(decodeCbor(other)).toEqual({ ab: [1, 2.5] })
})

test.each([
  ['GET', '/', 'ListBuckets'],
  ['PUT', '/b', 'CreateBucket'],
  ['HEAD', '/b', 'HeadBucket'],
  ['GET', '/b?list-type=2', 'ListObjectsV2'],
  ['GET', '/b?versions', 'ListObjectVersions'],
  ['PUT', '/b?versioning', 'PutBucketVersioning'],
  ['DELETE', '/b?lifecycle', 'DeleteBucketLifecycle'],
  ['GET', '/b?lifecycle', 'GetBucketLifecycleConfiguration'],
  ['PUT', '/b?publicAccessBlock', 'PutPublicAccessBlock'],
  ['POST', '/b?delete', 'DeleteObjects'],
  ['PUT', '/b/k/l', 'PutObject'],
  ['GET', '/b/k?tagging', 'GetObjectTagging'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
  ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
])('s3Operation names %s %s %s', (method, path, action) => {
  expect(s3Operation(method, url(path), new Headers()).action).toBe(action)
})

test('restOperation tells the operations of a REST service by path and method', () => {
  const model = models('lambda')!
  const name = (method: string, path: string) => restOperation(model, method, url(path))?.action
  expect(name('GET', '/2015-03-31/functions/')).toBe('ListFunctions')
  expect(name('GET', '/2015-03-31/functions/f')).toBe('GetFunction')
  expect(name('POST', '/2015-03-31/functions/f/invocations')).toBe('Invoke')
  expect(restOperation(model, 'GET', url('/2015-03-31/functions/f%2Fg'))?.input).toEqual({
    FunctionName: 'f/g',
  })
})
