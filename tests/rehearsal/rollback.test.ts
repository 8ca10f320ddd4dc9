import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { ECR } from '@aws-sdk/client-ecr'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { doorAt } from '../../runbooks/aws/door'
import { load } from '../../runbooks/rehearsal/stage/traffic'
import { notAllowed, offeredPolicy } from './policy'
import { changing, ofRunbooks, pastOf, policies, updates } from './small-past'
import { type SmallStack, smallStack } from './small-stack'
import { type Run, Workspace } from './support'

setDefaultTimeout(120_000)

/**
 * A service with a past, told by its revisions' numbers: 1 and 2 served and were verified (2 on more processor, another
 * image and with a migration more), 3 was taken back by ECS, 4 was never deployed, 5 served and was deregistered, 6 served
 * and was never found well, 7 serves. The tests build on each other.
 */
let workspace: Workspace
let small: SmallStack
let past: ReturnType<typeof pastOf>
const commits = ['', ...Array.from('1234567', (digit) => digit.repeat(40))]

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  small = await smallStack(workspace.env, { complete: true, drain: 1 })
  past = pastOf(small)
  const marks = (number: number, migrations = '0003-retention') => ({
    commit: commits[number]!,
    migrations,
    migrated: `done ${new Date().toISOString()}`,
  })
  const second = await small.imageOf(commits[2]!.slice(0, 12))
  await past.mark(1, { ...marks(1, '0002-feedback'), verified: new Date().toISOString() })
  await small.revision({ LOG_LEVEL: 'debug' }, { image: second, cpu: 512, marks: marks(2) })
  await small.revision({ PORT: 'none' }, { marks: marks(3) })
  await small.revision({}, { marks: marks(4) })
  await small.revision({}, { marks: marks(5) })
  await small.revision({ RETENTION_DAYS: '60' }, { marks: marks(6) })
  await small.revision({ RETENTION_DAYS: '60' }, { marks: marks(7) })
  await small.settled()
  await past.deployed(2, new Date())
  await past.failed(3)
  await past.deployed(5, new Date())
  await past.deployed(6)
  await past.deployed(7, new Date())
  await small.ecs.deregisterTaskDefinition({ taskDefinition: past.arnOf(5) })
  await small.healthy()
})

afterAll(() => workspace?.close())

const rollback = (...flags: string[]) => workspace.runbook('rollback', ...flags)
const errorOf = (run: Run) => run.events.find(({ type }) => type === 'error')!

/** Planned changes' lines, or what takes a run's changes back. */
const declared = (run: Run, what: 'equivalent' | 'undo') =>
  run.events
    .filter(({ type, outcome }) => type === 'step.finished' && outcome === 'planned')
    .flatMap(({ declared }) => declared[what] as string[])

describe('rollback --list', () => {
  test('tells every revision with its fate', async () => {
    const since = new Date()
    const { exitCode, data } = await rollback('--list')
    expect(exitCode).toBe(0)
    expect(data.revisions.map(({ revision, fate }: Record<string, string>) => [revision, fate])).toEqual([
      ['tria-aibpo-staging-task:7', 'running'],
      ['tria-aibpo-staging-task:6', 'served, not verified'],
      ['tria-aibpo-staging-task:5', 'deregistered'],
      ['tria-aibpo-staging-task:4', 'never deployed'],
      ['tria-aibpo-staging-task:3', 'failed'],
      ['tria-aibpo-staging-task:2', 'served'],
      ['tria-aibpo-staging-task:1', 'served'],
    ])
    expect(changing(await workspace.calls(since))).toEqual([])
  })
})

describe('rollback --dry-run', () => {
  test('changes nothing; the lines that it prints do the same, and their undo takes it back', async () => {
    const since = new Date()
    const dry = await rollback('--dry-run')
    expect(dry.exitCode).toBe(0)
    expect(changing(await workspace.calls(since))).toEqual([])
    expect(dry.data).toMatchObject({
      from: { taskDefinition: past.arnOf(7), commit: commits[7] },
      to: { taskDefinition: past.arnOf(2), commit: commits[2] },
      deployment: null,
      rolledBack: false,
    })
    const before = [await past.marks(7), await past.marks(2)]
    for (const line of declared(dry, 'equivalent')) await workspace.must(['sh', '-c', line])
    await small.settled()
    expect(await past.serves()).toBe(2)
    expect(Date.parse((await past.marks(7)).left!)).toBeGreaterThan(since.getTime() - 1_000)
    expect(Date.parse((await past.marks(2)).verified!)).toBeGreaterThan(since.getTime() - 1_000)
    for (const line of declared(dry, 'undo').reverse()) await workspace.must(['sh', '-c', line])
    await small.settled()
    expect(await past.serves()).toBe(7)
    expect([await past.marks(7), await past.marks(2)]).toEqual(before)
  })
})

describe('rollback', () => {
  test('goes to the newest revision that served and was verified, with one UpdateService, and nobody notices', async () => {
    const since = new Date()
    const constant = load(doorAt(small.address))
    const run = await rollback()
    const { requests, failed } = await constant.stop()
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    expect(failed).toEqual([])
    expect(requests).toBeGreaterThan(50)
    const calls = await workspace.calls(since)
    expect(updates(calls)).toBe(1)
    expect(notAllowed(ofRunbooks(calls), offeredPolicy(policies(workspace)))).toEqual([])
    expect(await past.serves()).toBe(2)
    expect(run.data).toMatchObject({
      from: { taskDefinition: past.arnOf(7) },
      to: { taskDefinition: past.arnOf(2), commit: commits[2] },
      deployment: expect.stringMatching(/^ecs-svc\/\d+$/),
      rolledBack: false,
      cause: null,
    })
    const deployments = (await small.service()).deployments!
    expect(deployments.map(({ id, rolloutState }) => [id, rolloutState])).toEqual([
      [run.data.deployment, 'COMPLETED'],
    ])
    expect(Date.parse((await past.marks(2)).verified!)).toBeGreaterThan(since.getTime())
    expect(Date.parse((await past.marks(7)).left!)).toBeGreaterThan(since.getTime())
    const { imageDetails } = await new ECR(small.settings).describeImages({
      repositoryName: small.stack.repository,
      imageIds: [{ imageTag: 'deployed-2' }],
    })
    expect(run.data.to.image).toEndWith(imageDetails![0]!.imageDigest!)
  })

  test('says what differs, when each served, and what it passed over', async () => {
    const shown = await rollback('--to', '7', '--dry-run')
    const rows = shown.events.find(({ type }) => type === 'table')!.rows as Record<string, string>[]
    const row = (name: string) => rows.find((one) => one[''] === name)
    expect(row('revision')).toMatchObject({
      from: 'tria-aibpo-staging-task:2',
      to: 'tria-aibpo-staging-task:7',
    })
    expect(row('commit')).toMatchObject({ from: commits[2]!.slice(0, 12), to: commits[7]!.slice(0, 12) })
    expect(row('served (UTC)')).toMatchObject({
      from: expect.stringMatching(/^since 2\S+ \d\d:\d\d$/),
      to: expect.stringMatching(/^(at )?2\S+ \d\d:\d\d( to .*)?$/),
    })
    expect(row('cpu')).toMatchObject({ from: '512', to: '256' })
    expect(row('LOG_LEVEL')).toMatchObject({ from: 'debug', to: '(none)' })
    expect(rows.map((one) => one[''])).toEqual(
      expect.arrayContaining(['image', 'memory', 'RETENTION_DAYS'] as string[]),
    )
    expect(rows).toHaveLength(8)
  })

  test('a second time on another machine goes further back, but not behind a migration unless told so', async () => {
    const elsewhere = { TRIA_RUNBOOKS_DIR: join(workspace.dir, '.runbooks/of-a-colleague') }
    const since = new Date()
    const command = ['bun', 'runbooks/rollback.ts', '--yes', '--json']
    const refused = await workspace.exec(command, { env: elsewhere })
    expect(refused.exitCode).toBe(4)
    expect(errorOf(refused).message).toContain('0003-retention')
    expect(changing(await workspace.calls(since))).toEqual([])
    const accepted = await workspace.exec([...command, '--accept-schema'], { env: elsewhere })
    expect(accepted.exitCode, accepted.stdout.slice(-3_000)).toBe(0)
    expect(await past.serves()).toBe(1)
    expect(updates(await workspace.calls(since))).toBe(1)
  })

  test('before the first there is nothing: refused, and nothing moves', async () => {
    const since = new Date()
    const refused = await rollback('--accept-schema')
    expect(refused.exitCode).toBe(4)
    expect(changing(await workspace.calls(since))).toEqual([])
  })
})

describe('rollback --to N', () => {
  let since = new Date()

  test('no such revision, one without its image or a secret, a deregistered one: refused before anything moves', async () => {
    since = new Date()
    const third = await small.imageOf('gone')
    await small.revision({}, { image: third })
    await new ECR(small.settings).batchDeleteImage({
      repositoryName: small.stack.repository,
      imageIds: [{ imageDigest: third.split('@')[1]! }],
    })
    const secrets = new SecretsManager(small.settings)
    const { ARN } = await secrets.createSecret({ Name: 'deleted', SecretString: '{"key":"value"}' })
    await small.revision({}, { secrets: { MORE: `${ARN}:key::` } })
    await small.revision({}, { secrets: { MORE: `${ARN}:another::` } })
    await small.revision({}, { secrets: { MORE: `${ARN}:key::` } })
    for (const [number, words] of [
      [99, 'there is no such revision'],
      [5, 'INACTIVE'],
      [8, 'image is gone'],
      [10, 'MORE: it has no key another'],
    ] as const) {
      const refused = await rollback('--to', String(number))
      expect(refused.exitCode).toBe(4)
      expect(errorOf(refused).message).toContain(words)
    }
    const { data } = await rollback('--list')
    expect(data.revisions.find(({ revision }: { revision: string }) => revision.endsWith(':8')).fate).toBe(
      'image gone',
    )
    await secrets.deleteSecret({ SecretId: 'deleted', RecoveryWindowInDays: 7 })
    const refused = await rollback('--to', '9')
    expect(refused.exitCode).toBe(4)
    expect(errorOf(refused).message).toMatch(/marked (for deletion|deleted)/)
  })

  test('also where it cannot be looked at whether the secret is there', async () => {
    await workspace.fault({ call: 'secretsmanager:GetSecretValue', kind: 'denied' })
    const dry = await rollback('--to', '7', '--dry-run')
    await workspace.clearFaults()
    expect(dry.exitCode).toBe(0)
    expect(dry.events.filter(({ type, text }) => type === 'warning' && /not known/.test(text))).toHaveLength(
      4,
    )
  })

  test('none of all that called UpdateService', async () => {
    expect(updates(await workspace.calls(since))).toBe(0)
  })

  test('goes there, forward as well, and a rollback from there does not count what was left', async () => {
    expect((await rollback('--to', '7')).exitCode).toBe(0)
    expect(await past.serves()).toBe(7)
    const { data } = await rollback('--dry-run')
    expect(data.to.taskDefinition).toBe(past.arnOf(2))
  })

  test('what is asked for and runs already is verified, and not moved', async () => {
    since = new Date()
    const run = await rollback('--to', '7')
    expect(run.exitCode).toBe(0)
    expect(updates(await workspace.calls(since))).toBe(0)
    expect(Date.parse((await past.marks(7)).verified!)).toBeGreaterThan(since.getTime())
  })
})

describe('rollback refuses', () => {
  test('flags that make no sense together, with 2', async () => {
    for (const flags of [
      ['--to', '2', '--list'],
      ['--infrastructure'],
      ['--to-commit', 'abcdef1'],
      ['--infrastructure', '--to-commit', 'HEAD'],
      ['--accept-older-state'],
      ['--list', '--accept-schema'],
      ['--to', '0'],
    ])
      expect((await rollback(...flags)).exitCode).toBe(2)
  })

  test('while the lock is held, with who holds it', async () => {
    const bucket = `tria-aibpo-123456789012-${workspace.env.AWS_REGION}-state`
    const lock = {
      environment: 'staging',
      who: 'ada@laptop',
      what: 'deploy',
      run: 'abc',
      since: new Date().toISOString(),
      until: new Date(Date.now() + 60_000).toISOString(),
      host: 'laptop',
      pid: 1,
    }
    await Bun.write(join(workspace.dir, '.runbooks/held.json'), JSON.stringify(lock))
    const place = ['--bucket', bucket, '--key', 'locks/staging.json']
    await workspace.aws('s3api', 'put-object', ...place, '--body', join(workspace.dir, '.runbooks/held.json'))
    const since = new Date()
    const refused = await rollback('--to', '2')
    await workspace.aws('s3api', 'delete-object', ...place)
    expect(refused.exitCode).toBe(4)
    expect(errorOf(refused).message).toContain('ada@laptop')
    expect(changing(await workspace.calls(since))).toEqual([])
  })

  test('while the service is shut down', async () => {
    const { cluster, service } = small.stack
    await small.ecs.updateService({ cluster, service, desiredCount: 0 })
    const since = new Date()
    const refused = await rollback()
    expect(refused.exitCode).toBe(4)
    expect(errorOf(refused).next).toContain('emergency-restore')
    expect(updates(await workspace.calls(since))).toBe(0)
    expect((await small.service()).desiredCount).toBe(0)
    await small.ecs.updateService({ cluster, service, desiredCount: 2 })
    await small.healthy()
  })
})
