import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr'
import { createImages, PullError } from '../../../rehearsal/docker/images.ts'
import { imageStore } from '../../../rehearsal/docker/store.ts'
import { down } from '../../../rehearsal/down.ts'
import type { State } from '../../../rehearsal/state.ts'
import { status } from '../../../rehearsal/status.ts'
import { up } from '../../../rehearsal/up.ts'
import { place, small } from './shim.ts'

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'
let here: ReturnType<typeof place>
let state: State
let ecr: ECRClient
let images: ReturnType<typeof createImages>

beforeAll(async () => {
  here = place(small)
  state = await up({ dir: here.dir })
  const credentials = { accessKeyId: 'k', secretAccessKey: 's' }
  ecr = new ECRClient({ endpoint: state.urls.aws, region: state.region, credentials })
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' }))
  images = createImages({
    dir: here.dir,
    account: state.account,
    region: state.region,
    motoUrl: state.urls.moto,
    gatewayUrl: state.urls.aws,
    log() {},
    stopping: new AbortController().signal,
  })
  await here.docker(['build', '-q', '-t', `${registry}/app:v1`, '.'])
}, 90_000)

afterAll(async () => {
  await down({ dir: here.dir })
  here.remove()
}, 30_000)

const push = (name: string, ...flags: string[]) =>
  here.docker(['push', ...flags, `${registry}/${name}`], { env: { AWS_ENDPOINT_URL: state.urls.aws } })

describe('docker push', () => {
  test('without a login it is refused', async () => {
    const { code, stderr } = await push('app:v1')
    expect(stderr.trim()).toBe('no basic auth credentials')
    expect(code).toBe(1)
  })

  test('an empty password is no login', async () => {
    const { code, stderr } = await here.docker(['login', '--username', 'AWS', '--password-stdin', registry])
    expect(stderr).toContain('password is empty')
    expect(code).toBe(1)
  })

  test('puts the image into ECR under its digest, with the calls of a real push', async () => {
    const login = await here.docker(['login', '-u', 'AWS', '--password-stdin', registry], { stdin: 'token' })
    expect(login.stdout).toBe('Login Succeeded\n')
    const { code, stdout } = await push('app:v1')
    const image = imageStore(here.dir).tagged(`${registry}/app:v1`)!
    expect(code).toBe(0)
    expect(stdout).toContain(`v1: digest: ${image.digest} size:`)
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'app' }))
    expect(imageDetails?.[0]).toMatchObject({
      imageDigest: image.digest,
      imageTags: ['v1'],
      imageSizeInBytes: image.size,
    })
    const ids = { repositoryName: 'app', imageIds: [{ imageTag: 'v1' }] }
    const { images: found } = await ecr.send(new BatchGetImageCommand(ids))
    expect(new Bun.CryptoHasher('sha256').update(found?.[0]?.imageManifest ?? '').digest('hex')).toBe(
      image.digest.slice(7),
    )
    const { calls, unknown } = await status({ dir: here.dir })
    const pushed = Object.keys(calls.byAction).filter((call) => /Layer|PutImage/.test(call))
    const expected = [
      'BatchCheckLayerAvailability',
      'CompleteLayerUpload',
      'InitiateLayerUpload',
      'PutImage',
      'UploadLayerPart',
    ]
    expect(pushed).toEqual(expected.map((action) => `ecr:${action}`))
    expect(unknown).toEqual([])
  })

  test('the same image again is already so', async () => {
    expect((await push('app:v1', '-q')).code).toBe(0)
  })

  test('another image under a taken tag is refused in the words of ECR', async () => {
    await here.docker(['build', '-q', '--label', 'a=b', '-t', `${registry}/app:v1`, '.'])
    const { code, stderr } = await push('app:v1')
    expect(stderr.trim()).toBe(
      "tag invalid: The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the repository is immutable.",
    )
    expect(code).toBe(1)
  })

  test('a repository that is not there is unknown', async () => {
    await here.docker(['tag', `${registry}/app:v1`, `${registry}/nowhere:v1`])
    const { stderr } = await push('nowhere:v1')
    expect(stderr.trim()).toBe(
      "name unknown: The repository with name 'nowhere' does not exist in the registry with id '123456789012'",
    )
  })
})

describe('images.resolve', () => {
  test('by tag and by digest it is the pushed image, ready to start', async () => {
    const byTag = await images.resolve(`${registry}/app:v1`)
    const byDigest = await images.resolve(`${registry}/app@${byTag.digest}`)
    expect(byDigest).toEqual(byTag)
    expect(byTag.config).toMatchObject({ Entrypoint: ['bun', 'main.js'], Cmd: ['serve'], WorkingDir: '/app' })
    expect(await Bun.file(`${byTag.root}/app/main.js`).text()).toContain('first')
  })

  const missing: [string, RegExp][] = [
    [`${registry}/app:v9`, /^CannotPullContainerError: .*failed to resolve ref .*app:v9: not found$/],
    [`${registry}/app@sha256:${'0'.repeat(64)}`, /^CannotPullContainerError: .*: not found$/],
    [`${registry}/nowhere:v1`, /pull access denied, repository does not exist or may require authorization/],
    ['nginx:latest', /pull access denied, repository does not exist or may require authorization/],
  ]
  test.each(missing)('%s cannot be pulled, as ECS says it', async (reference, words) => {
    const error = await images.resolve(reference).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PullError)
    expect((error as Error).message).toMatch(words)
  })
})
