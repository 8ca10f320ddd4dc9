import { afterAll, beforeAll, expect, test } from 'bun:test'
import sodium from 'libsodium-wrappers'
import { GitHub } from '../../../runbooks/setup/github-api'

/** A server that keeps variables and secrets as GitHub's API does, and can open what was sealed for it. */
const variables = new Map<string, string>()
const sealed = new Map<string, string>()
let environments: string[] = []
let server: ReturnType<typeof Bun.serve>
let keys: { publicKey: Uint8Array; privateKey: Uint8Array }

beforeAll(async () => {
  await sodium.ready
  keys = sodium.crypto_box_keypair()
  const place = '/repos/org/repo/environments/staging'
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url)
      if (request.headers.get('authorization') !== 'Bearer ghp_x')
        return Response.json({ message: 'Bad credentials' }, { status: 401 })
      if (request.method === 'PUT' && pathname === place) {
        environments = ['staging']
        return Response.json({ name: 'staging' })
      }
      if (environments.length === 0) return Response.json({ message: 'Not Found' }, { status: 404 })
      if (pathname === `${place}/secrets/public-key`) {
        return Response.json({
          key_id: '7',
          key: sodium.to_base64(keys.publicKey, sodium.base64_variants.ORIGINAL),
        })
      }
      if (request.method === 'GET') {
        return Response.json({ variables: [...variables].map(([name, value]) => ({ name, value })) })
      }
      const body = (await request.json()) as Record<string, string>
      if (pathname.startsWith(`${place}/secrets/`))
        sealed.set(pathname.split('/').at(-1)!, body.encrypted_value!)
      else if (request.method === 'POST' && variables.has(body.name!))
        return Response.json({ message: 'Already exists' }, { status: 409 })
      else variables.set(body.name!, body.value!)
      return new Response(null, { status: 201 })
    },
  })
})
afterAll(() => server.stop(true))

const github = (token = 'ghp_x') =>
  new GitHub(`http://127.0.0.1:${server.port}`, token, 'org/repo', 'staging')

test('variables of an environment that is not there are none; made, they are set and changed', async () => {
  expect(await github().variables()).toBeUndefined()
  await github().makeEnvironment()
  await github().setVariable('AWS_REGION', 'us-east-1', false)
  await github().setVariable('AWS_REGION', 'eu-west-1', true)
  expect(await github().variables()).toEqual({ AWS_REGION: 'eu-west-1' })
})

test('a secret goes over the wire sealed, and only the holder of the key opens it', async () => {
  await github().makeEnvironment()
  await github().setSecret('AWS_SECRET_ACCESS_KEY', 'wJalr-secret')
  const box = sealed.get('AWS_SECRET_ACCESS_KEY')!
  expect(box).not.toContain('wJalr')
  const open = sodium.crypto_box_seal_open(
    sodium.from_base64(box, sodium.base64_variants.ORIGINAL),
    keys.publicKey,
    keys.privateKey,
  )
  expect(sodium.to_string(open)).toBe('wJalr-secret')
})

test('a token that may not: the status, and what to look at', async () => {
  const error = await github('wrong')
    .makeEnvironment()
    .catch((caught) => caught)
  expect(error.message).toContain('401')
  expect(error.next).toContain('GITHUB_TOKEN')
})
