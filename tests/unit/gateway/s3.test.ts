import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { type Bench, bench, signed } from './bench'

const Bucket = 'objects'
let b: Bench
let s3: S3Client
beforeAll(async () => {
  b = await bench()
  s3 = new S3Client(b.settings)
  await s3.send(new CreateBucketCommand({ Bucket }))
}, 60_000)
afterAll(() => b.stop())

const refused = (thrown: { name: string; $metadata: { httpStatusCode: number } }) => [
  thrown.name,
  thrown.$metadata.httpStatusCode,
]

describe('a conditional write', () => {
  test('with If-None-Match: * makes an object once, and then is a 412', async () => {
    const write = () => s3.send(new PutObjectCommand({ Bucket, Key: 'lock', Body: 'me', IfNoneMatch: '*' }))
    await write()
    expect(await write().catch(refused)).toEqual(['PreconditionFailed', 412])
  })
  test('with If-Match replaces only what was read', async () => {
    const Key = 'state'
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: '1' }))
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: '2', IfMatch: ETag! }))
    const stale = s3.send(new PutObjectCommand({ Bucket, Key, Body: '3', IfMatch: ETag! }))
    expect(await stale.catch(refused)).toEqual(['PreconditionFailed', 412])
    const release = s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: ETag! }))
    expect(await release.catch(refused)).toEqual(['PreconditionFailed', 412])
    expect(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe('2')
  })
  test('of ten at once lets one through', async () => {
    const writes = Array.from({ length: 10 }, (_, index) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'race', Body: String(index), IfNoneMatch: '*' })),
    )
    const settled = await Promise.allSettled(writes)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

test('bytes, metadata and a key with odd letters survive the way', async () => {
  const Key = 'a b/ü+&?%2F.bin'
  const Body = crypto.getRandomValues(new Uint8Array(60_000))
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { by: 'test' }, ContentType: 'x/y' }))
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key }))
  expect([head.ContentLength, head.Metadata, head.ContentType]).toEqual([Body.length, { by: 'test' }, 'x/y'])
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }))
  expect(await got.Body?.transformToByteArray()).toEqual(Body)
  expect(b.gateway.recentCalls().at(-1)?.resource).toBe(`arn:aws:s3:::${Bucket}/${Key}`)
})

test('a compressed object comes back as it was stored', async () => {
  const Body = Bun.gzipSync('hello')
  await s3.send(new PutObjectCommand({ Bucket, Key: 'z', Body, ContentEncoding: 'gzip' }))
  const address = `${b.gateway.url}/${Bucket}/z`
  const stored = await fetch(address, { headers: signed('s3'), decompress: false })
  expect(await stored.bytes()).toEqual(new Uint8Array(Body))
  expect(stored.headers.get('content-encoding')).toBe('gzip')
})

test('a body in chunks with a trailing checksum is stored without them', async () => {
  const words = 'hello in chunks'
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(Bun.hash.crc32(words))
  const response = await fetch(`${b.gateway.url}/${Bucket}/chunks`, {
    method: 'PUT',
    headers: {
      ...signed('s3'),
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(words.length),
      'x-amz-trailer': 'x-amz-checksum-crc32',
    },
    body: `${words.length.toString(16)}\r\n${words}\r\n0\r\nx-amz-checksum-crc32:${crc.toString('base64')}\r\n\r\n`,
  })
  expect(response.status).toBe(200)
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'chunks' }))
  expect(await got.Body?.transformToString()).toBe(words)
})

test('a caller that waits for 100 Continue is told to go on', async () => {
  const { hostname, port } = new URL(b.gateway.url)
  let said = ''
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_, bytes) {
        said += bytes.toString()
      },
    },
  })
  const head = { ...signed('s3'), host: hostname, expect: '100-continue', 'content-length': '4' }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`PUT /${Bucket}/patient HTTP/1.1\r\n${lines.join('')}\r\n`)
  await Bun.sleep(300)
  const asked = said
  socket.write('body')
  while (!/HTTP\/1.1 [2-5]/.test(said)) await Bun.sleep(20)
  socket.end()
  expect(asked).toStartWith('HTTP/1.1 100')
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'patient' }))).ContentLength).toBe(4)
})

test('what is not there is NoSuchKey, and a bare 404 to HEAD', async () => {
  const get = await s3.send(new GetObjectCommand({ Bucket, Key: 'none' })).catch(refused)
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })).catch(refused)
  expect([get, head]).toEqual([
    ['NoSuchKey', 404],
    ['NotFound', 404],
  ])
})
