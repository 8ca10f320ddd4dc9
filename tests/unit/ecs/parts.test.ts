import { describe, expect, test } from 'bun:test'
import { ECS } from '@aws-sdk/client-ecs'
import { page, wire } from '../../../rehearsal/ecs/api/wire.ts'
import { createEcs } from '../../../rehearsal/ecs/index.ts'
import { commandOf } from '../../../rehearsal/ecs/task/command.ts'
import { pieces, takeBatch } from '../../../rehearsal/ecs/task/logs.ts'
import { parseSecretReference } from '../../../rehearsal/ecs/task/secrets.ts'
import { secondsOf } from '../../../rehearsal/ecs/task/usage.ts'

describe('commandOf: ECS puts the image and the task definition together', () => {
  const image = {
    digest: 'd',
    root: import.meta.dir,
    config: { Entrypoint: ['bun', 'main.js'], Cmd: ['serve'], WorkingDir: '/app' },
  }
  const argv = (definition: object, override?: object) =>
    commandOf(definition, image, override, '/p.ts').argv.slice(3)
  test.each<[string, object, object | undefined, string[]]>([
    ['the image alone', {}, undefined, ['main.js', 'serve']],
    ['a command of the definition', { command: ['migrate'] }, undefined, ['main.js', 'migrate']],
    ['an override', { command: ['migrate'] }, { command: ['health'] }, ['main.js', 'health']],
    [
      'an entry point drops the image’s command',
      { entryPoint: ['bun', 'other.js'] },
      undefined,
      ['other.js'],
    ],
    ['empty lists count as none', { entryPoint: [], command: [] }, undefined, ['main.js', 'serve']],
  ])('%s', (_, definition, override, expected) => expect(argv(definition, override)).toEqual(expected))
  test('bun is this runtime with the preload; paths of the container are those below its root', () => {
    const definition = { entryPoint: ['bun', '/parts.test.ts', '/nowhere'], workingDirectory: '/x' }
    expect(commandOf(definition, image, undefined, '/p.ts')).toEqual({
      argv: [process.execPath, '--preload', '/p.ts', `${import.meta.dir}/parts.test.ts`, '/nowhere'],
      cwd: `${import.meta.dir}/x`,
    })
  })
})

describe('logs within the limits of CloudWatch', () => {
  test('takeBatch: ten thousand events, a mebibyte with 26 bytes for each', () => {
    const many = Array.from({ length: 10_001 }, () => ({ timestamp: 0, message: 'x' }))
    expect(takeBatch(many).batch).toHaveLength(10_000)
    const big = Array.from({ length: 5 }, () => ({ timestamp: 0, message: 'x'.repeat(262_144 - 26) }))
    expect(takeBatch(big)).toMatchObject({ batch: { length: 4 }, rest: { length: 1 } })
  })
  test('pieces: never in the middle of a character, nothing lost', () => {
    const text = 'aé€😀'.repeat(20)
    const parts = pieces(text, 7)
    expect(parts.join('')).toBe(text)
    expect(Math.max(...parts.map((it) => Buffer.byteLength(it)))).toBeLessThanOrEqual(7)
  })
})

describe('parseSecretReference', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-AbCdEf'
  test.each([
    [arn, { arn }],
    [`${arn}:KEY::`, { arn, jsonKey: 'KEY' }],
    [`${arn}::AWSPREVIOUS:`, { arn, versionStage: 'AWSPREVIOUS' }],
    [`${arn}:KEY::v-1`, { arn, jsonKey: 'KEY', versionId: 'v-1' }],
  ])('%s', (from, expected) =>
    expect(parseSecretReference(from)).toEqual({
      jsonKey: undefined,
      versionStage: undefined,
      versionId: undefined,
      ...expected,
    }),
  )
})

test('secondsOf reads what ps writes', () =>
  expect(['00:01', '1:02.50', '01:00:00', '2-00:00:01'].map(secondsOf)).toEqual([1, 62.5, 3600, 172_801]))

test('page: every item once, a token only while there is more', () => {
  const first = page([1, 2, 3], 2, undefined)
  expect(first.items).toEqual([1, 2])
  expect(page([1, 2, 3], 2, first.nextToken)).toEqual({ items: [3] })
})

test('wire: dates as seconds, nothing for what is not there', () =>
  expect(wire({ at: new Date(1500), none: undefined, list: [{ a: null }] })).toEqual({
    at: 1.5,
    list: [{ a: null }],
  }))

test('createEcs answers every task, service and deployment action that the SDK knows', () => {
  const handled = Object.keys(handlers().ecs!)
  const known = Object.getOwnPropertyNames(ECS.prototype).map(
    (name) => name[0]!.toUpperCase() + name.slice(1),
  )
  const own = known.filter((name) =>
    /Service(s|Deployments?|Revisions)?$|Tasks?$|^ExecuteCommand$|TaskProtection$/.test(name),
  )
  const elsewhere = /^Paginate|Express|Daemon|ByNamespace|ContinueServiceDeployment/
  expect(own.filter((name) => !elsewhere.test(name) && !handled.includes(name))).toEqual([])
})

function handlers() {
  const stopping = new AbortController()
  const world = {
    dir: '/nonexistent',
    account: '1',
    region: 'r',
    motoUrl: 'http://127.0.0.1:1',
    gatewayUrl: '',
    log() {},
    stopping: stopping.signal,
  }
  const ecs = createEcs(world, {
    network: {} as never,
    targets: { onChange() {} } as never,
    images: {} as never,
    trust: { env: {} },
  })
  void ecs.stop()
  return ecs.handlers
}
