import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { S3 } from '@aws-sdk/client-s3'
import { notAllowed, offeredPolicy } from './policy'
import { ofRunbooks, policies } from './small-past'
import { smallStack } from './small-stack'
import { smallTerraform } from './small-terraform'
import { type Run, Workspace } from './support'

setDefaultTimeout(120_000)

/** The service is a small stack's, for `verify`; Terraform is real, and has log groups to look after. The tests build on each other. */
let workspace: Workspace
let infrastructure: Awaited<ReturnType<typeof smallTerraform>>
let s3: S3

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  const small = await smallStack(workspace.env, { complete: true })
  s3 = new S3({ ...small.settings, forcePathStyle: true })
  infrastructure = await smallTerraform(workspace)
  await small.healthy()
  await small.settled()
})

afterAll(() => workspace?.close())

const rollback = (...flags: string[]) => workspace.runbook('rollback', ...flags)
const to = (commit: string, ...flags: string[]) =>
  rollback('--infrastructure', '--to-commit', commit, ...flags)
const errorOf = (run: Run) => run.events.find(({ type }) => type === 'error')!
const today = { kept: 14, extra: undefined, more: undefined }
const changing = async (since: Date) =>
  (await workspace.calls(since)).filter(
    ({ call, resource }) =>
      /:(Create|Put|Delete)/.test(call) && !/\/(locks|journal)\/|\.tflock$/.test(resource ?? ''),
  )

async function state(): Promise<any> {
  const { Body } = await s3.getObject({ Bucket: infrastructure.bucket, Key: infrastructure.key })
  return JSON.parse((await Body?.transformToString()) ?? '')
}

describe('rollback --infrastructure --to-commit', () => {
  test('calls out what the earlier configuration would destroy, and refuses; a dry run only shows', async () => {
    const { first } = infrastructure.commits
    const since = new Date()
    const refused = await to(first)
    expect(refused.exitCode).toBe(4)
    expect(errorOf(refused).next).toContain("--allow-destroy 'aws_cloudwatch_log_group.extra'")
    expect(errorOf(refused).next).toContain("--allow-destroy 'aws_cloudwatch_log_group.more'")
    const dry = await to(first, '--dry-run')
    expect(dry.exitCode).toBe(0)
    expect(dry.data).toMatchObject({
      commit: first,
      plan: { create: 0, update: 1, replace: 0, destroy: 2 },
      destructive: [{ action: 'delete' }, { action: 'delete' }],
      applied: false,
    })
    expect(await changing(since)).toEqual([])
    expect(await infrastructure.groups()).toEqual(today)
  })

  test('with each named it is applied to today’s state, verified, and the clone stays as it is', async () => {
    const { first } = infrastructure.commits
    const before = await state()
    const allowed = ['extra', 'more'].flatMap((name) => [
      '--allow-destroy',
      `aws_cloudwatch_log_group.${name}`,
    ])
    const run = await to(first.slice(0, 7), ...allowed)
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    expect(run.data).toMatchObject({ commit: first, applied: true })
    expect(await infrastructure.groups()).toEqual({ kept: 7 })
    expect(run.events.some(({ type, runbook }) => type === 'called' && runbook === 'verify')).toBe(true)
    const after = await state()
    expect(after.lineage).toBe(before.lineage)
    expect(after.serial).toBeGreaterThan(before.serial)
    expect((await workspace.must(['git', 'status', '--porcelain'])).stdout).toBe('')
    // The clone still says what is to be: its plan sees the difference.
    expect(await infrastructure.plan()).toBe(2)
  })

  test('killed while it applies, the same command ends it', async () => {
    const child = workspace.spawn([
      'bun',
      'runbooks/rollback.ts',
      '--yes',
      '--json',
      '--infrastructure',
      '--to-commit',
      infrastructure.commits.second,
    ])
    const decoder = new TextDecoder()
    let output = ''
    for await (const chunk of child.stdout) {
      output += decoder.decode(chunk, { stream: true })
      if (output.includes('"title":"Apply the plan"')) child.kill('SIGKILL')
    }
    await child.exited
    const run = await to(infrastructure.commits.second)
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    expect(await infrastructure.groups()).toEqual(today)
    expect(await infrastructure.plan()).toBe(0)
  })

  test('a commit that is not here, or has no terraform/aws, fails by name', async () => {
    expect(errorOf(await to('0000000')).message).toContain('does not have it')
    await workspace.must(['git', 'checkout', '-q', '--orphan', 'other'])
    await workspace.must(['git', 'rm', '-rq', '--cached', 'terraform'])
    await workspace.must([
      'git',
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@x',
      'commit',
      '-qm',
      'No terraform',
    ])
    const bare = (await workspace.must(['git', 'rev-parse', 'HEAD'])).stdout.trim()
    await workspace.must(['git', 'checkout', '-qf', 'main'])
    const run = await to(bare)
    expect(run.exitCode).toBe(1)
    expect(errorOf(run).message).toContain('no terraform/aws')
  })
})

type Version = { version: string; serial: number | null; is: string; resources: number | null }

describe('rollback --list-state-versions, --restore-state', () => {
  const place = () => ({ Bucket: infrastructure.bucket, Key: infrastructure.key })
  const versions = async () => (await rollback('--list-state-versions')).data.versions as Version[]
  const put = async (Body: string) => (await s3.putObject({ ...place(), Body })).VersionId!
  const text = async () => (await (await s3.getObject(place())).Body?.transformToString()) ?? ''
  const refusedTo = async (version: string, ...flags: string[]) => {
    const before = await text().catch(() => undefined)
    const run = await rollback('--restore-state', version, ...flags)
    expect(run.exitCode).toBe(4)
    expect(await text().catch(() => undefined)).toBe(before as string)
    return errorOf(run).message as string
  }
  let whole: Version

  test('lists what the bucket keeps, the newest first, with serials', async () => {
    const listed = await versions()
    const { serial } = await state()
    expect(listed.length).toBeGreaterThanOrEqual(3)
    expect(listed[0]).toMatchObject({ serial, is: 'current', resources: 3 })
    const serials = listed.map((one) => one.serial!)
    expect(serials).toEqual([...serials].sort((a, b) => b - a))
    whole = listed[0]!
  })

  test('a whole state is not replaced by an older one, unless it is known what that means', async () => {
    const [, older] = await versions()
    expect(await refusedTo(older!.version)).toContain('the current state is whole')
    expect(await refusedTo('no-such-version')).toContain('has no version')
  })

  test('a corrupted state: Terraform fails, and so does deploy, with the command that lists the versions', async () => {
    await put('{"version": 4, "serial"')
    expect(await infrastructure.plan()).toBe(1)
    expect((await versions())[0]).toMatchObject({ serial: null, is: 'current, corrupted' })
    const deploy = await workspace.runbook('deploy', '--dry-run')
    expect(deploy.exitCode).toBe(4)
    expect(errorOf(deploy).next).toContain('--list-state-versions')
  })

  test('another history, another environment, another account, an older serial: refused, and nothing is written', async () => {
    const { Body } = await s3.getObject({ ...place(), VersionId: whole.version })
    const good = JSON.parse((await Body?.transformToString())!)
    const crafted = async (change: object) => {
      const version = await put(JSON.stringify({ ...good, ...change }))
      await put('corrupted')
      return version
    }
    expect(await refusedTo(await crafted({ lineage: 'made-anew' }))).toContain('another history')
    const outputs = (change: object) => ({ outputs: { ...good.outputs, ...change } })
    const summary = { deployment_summary: { value: { environment: 'production' }, type: 'dynamic' } }
    expect(await refusedTo(await crafted(outputs(summary)))).toContain('the state of production')
    const account = { account_id: { value: '999999999999', type: 'string' } }
    expect(await refusedTo(await crafted(outputs(account)))).toContain('of account 999999999999')
    const older = await crafted({ serial: good.serial - 1 })
    expect(await refusedTo(older)).toContain('the last run left')
    const broken = (await versions()).find(({ is }) => is === 'corrupted')!
    expect(await refusedTo(broken.version)).toContain('no state file')
    const unasked = await workspace.exec(['bun', 'runbooks/rollback.ts', '--restore-state', whole.version])
    expect(unasked.exitCode).toBe(4)
    expect(await text()).toBe('corrupted')
  })

  test("Terraform's own lock is respected, but for one that a killed restore has left", async () => {
    const Key = `${infrastructure.key}.tflock`
    const lock = { ID: 'x', Operation: 'OperationTypeApply', Who: 'ada@laptop', Created: new Date() }
    await s3.putObject({ Bucket: infrastructure.bucket, Key, Body: JSON.stringify(lock) })
    expect(await refusedTo(whole.version)).toContain('ada@laptop')
    await s3.putObject({
      Bucket: infrastructure.bucket,
      Key,
      Body: JSON.stringify({ ...lock, Operation: 'OperationTypeRestore' }),
    })
  })

  test('restored: what was there is saved, the serial is newer than any, the plan is clean, the lock is free', async () => {
    const { bucket } = infrastructure
    const since = new Date()
    const run = await rollback('--restore-state', whole.version)
    const made = ofRunbooks(await workspace.calls(since))
    expect(notAllowed(made, offeredPolicy(policies(workspace)))).toEqual([])
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    const saved = await s3.getObject({ Bucket: bucket, Key: run.data.saved })
    expect(await saved.Body?.transformToString()).toBe('corrupted')
    expect((await state()).serial).toBeGreaterThan(whole.serial!)
    expect(await infrastructure.plan()).toBe(0)
    const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket, Prefix: 'staging/' })
    expect(Contents.map(({ Key }) => Key).filter((key) => key?.endsWith('.tflock'))).toEqual([])
    const last = await s3.getObject({ Bucket: bucket, Key: 'staging/last-run.json' })
    expect(JSON.parse((await last.Body?.transformToString())!).serial).toBe(run.data.serial)
  })

  test('the same command once more finds it restored, and takes away the lock of one that was killed', async () => {
    const before = await text()
    const Key = `${infrastructure.key}.tflock`
    const lock = { ID: 'x', Operation: 'OperationTypeRestore', Who: 'ada@laptop', Created: new Date() }
    await s3.putObject({ Bucket: infrastructure.bucket, Key, Body: JSON.stringify(lock) })
    expect((await rollback('--restore-state', whole.version)).exitCode).toBe(0)
    expect(await text()).toBe(before)
    await expect(s3.headObject({ Bucket: infrastructure.bucket, Key })).rejects.toThrow()
  })

  test('by hand: the lines that --dry-run prints do it, and the undo takes it back', async () => {
    await put('corrupted again')
    const dry = await rollback('--restore-state', (await versions())[1]!.version, '--dry-run')
    expect(dry.exitCode).toBe(0)
    expect(await text()).toBe('corrupted again')
    const planned = dry.events.filter(({ outcome }) => outcome === 'planned').map(({ declared }) => declared)
    for (const line of planned.flatMap(({ equivalent }) => equivalent))
      await workspace.must(['sh', '-c', line])
    expect(await infrastructure.plan()).toBe(0)
    await workspace.must(['sh', '-c', planned.at(-1)!.undo])
    expect(await text()).toBe('corrupted again')
  })

  test('a deleted state comes back as well', async () => {
    const listed = (await versions()).find(({ serial }) => serial !== null)!
    const { Body } = await s3.getObject({ ...place(), VersionId: listed.version })
    const { resources } = JSON.parse((await Body?.transformToString())!)
    await s3.deleteObject(place())
    expect((await versions())[0]).toMatchObject({ is: 'current, deleted' })
    const good = (await versions()).find(({ serial }) => serial !== null)!
    const run = await rollback('--restore-state', good.version)
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    expect(run.data.saved).toBeNull()
    expect((await state()).resources).toEqual(resources)
  })

  test('an older one, where nothing newer is left and it is accepted: Terraform knows no more than was in it', async () => {
    const oldest = (await versions()).filter(({ resources }) => resources === 1).at(-1)!
    await put('corrupted')
    expect(await refusedTo(oldest.version)).toContain('the last run left')
    expect((await rollback('--restore-state', oldest.version, '--accept-older-state')).exitCode).toBe(0)
    expect((await state()).resources.filter(({ mode }: { mode: string }) => mode === 'managed')).toHaveLength(
      1,
    )
  })
})
