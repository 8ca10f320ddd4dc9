import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changing, pastOf } from './small-past'
import { type SmallStack, smallStack } from './small-stack'
import { type Run, Workspace } from './support'

setDefaultTimeout(120_000)

/** Ada rolls back from revision 2 to 1, Ben is refused, and a rollback of Ada's is killed; Cleo looks from a third machine. */
let workspace: Workspace
let small: SmallStack
let past: ReturnType<typeof pastOf>
const machine = (name: string) => ({
  USER: name,
  TRIA_RUNBOOKS_DIR: mkdtempSync(join(tmpdir(), `tria-${name}-`)),
})
const [ada, ben, cleo] = [machine('ada'), machine('ben'), machine('cleo')]
const run = (env: Record<string, string>, name: string, ...flags: string[]) =>
  workspace.exec(['bun', `runbooks/${name}.ts`, '--yes', '--json', ...flags], { env })
const history = (...flags: string[]) => run(cleo, 'history', ...flags)
const errorOf = ({ events }: Run) => events.find(({ type }) => type === 'error')!

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  small = await smallStack(workspace.env, { complete: true, drain: 0, variables: { DRAIN_SECONDS: '0' } })
  past = pastOf(small)
  await small.revision({ RETENTION_DAYS: '60' })
  await small.settled()
  await past.mark(1, { verified: '2026-01-01T00:00:00.000Z' })
  await past.deployed(2, new Date('2026-01-02'))
  expect((await run(ada, 'rollback')).exitCode).toBe(0)
  expect((await run(ben, 'rollback', '--to', '77')).exitCode).toBe(4)
  await workspace.fault({ call: 'ecs:DescribeServices', delay: 3_000, times: 1 })
  const killed = workspace.spawn(['bun', 'runbooks/rollback.ts', '--yes', '--json'], { env: ada })
  // Its journal has begun when it says the first word.
  for await (const chunk of killed.stdout) if (chunk.length > 0) break
  killed.kill('SIGKILL')
  await killed.exited
})

afterAll(async () => {
  await workspace?.close()
  for (const { TRIA_RUNBOOKS_DIR } of [ada, ben, cleo])
    rmSync(TRIA_RUNBOOKS_DIR, { recursive: true, force: true })
})

describe('history', () => {
  test("lists the runs of all machines, the newest first; a killed one is there once its machine's next run has ended", async () => {
    const listed = async () =>
      ((await history()).data.runs as Record<string, string>[]).map(({ runbook, outcome, who }) => [
        runbook,
        outcome,
        who!.match(/\((\w+)@/)?.[1],
      ])
    expect(await listed()).toEqual([
      ['rollback', 'refused', 'ben'],
      ['rollback', 'done', 'ada'],
    ])
    expect((await run(ada, 'verify')).exitCode).toBe(0)
    expect((await listed()).map(([runbook, outcome]) => [runbook, outcome])).toEqual([
      ['verify', 'done'],
      ['rollback', 'killed'],
      ['rollback', 'refused'],
      ['rollback', 'done'],
    ])
  })

  test('--runbook, --limit, and other environments', async () => {
    const names = async (...flags: string[]) =>
      ((await history(...flags)).data.runs as { runbook: string; environment: string }[]).map(
        ({ runbook, environment }) => `${environment} ${runbook}`,
      )
    expect(await names('--runbook', 'verify')).toEqual(['staging verify'])
    expect(await names('--limit', '1')).toEqual(['staging verify'])
    expect(await names('--environment', 'production')).toEqual([])
    await run(ben, 'rollback', '--environment', 'production', '--list')
    expect(await names('--environment', 'production')).toEqual(['production rollback'])
    expect((await names('--all'))[0]).toBe('production rollback')
    expect(await names()).not.toContain('production rollback')
  })

  test('shows one run: who, with what, each step with its outcome and time', async () => {
    const name = (await history()).data.runs.at(-1).name as string
    const shown = await history(name)
    expect(shown.exitCode).toBe(0)
    const steps = shown.events.find(({ type }) => type === 'table')!.rows as Record<string, string>[]
    expect(steps.find(({ step }) => step === 'Update the service')).toMatchObject({ outcome: 'done' })
    const text = shown.events.filter(({ type }) => type === 'note').map(({ text }) => text)
    expect(text.join('\n')).toContain('(ada@')
    expect(shown.data.run).toBe(name)
    // A part of the name is enough where it is one run's.
    expect((await history(name.slice(0, 23))).data.run).toBe(name)
  })

  test('--undo prints what takes the run back, the last change first, and runs none of it; typed, it does', async () => {
    const name = (await history()).data.runs.at(-1).name as string
    const since = new Date()
    const { exitCode, data } = await history('--undo', name)
    expect(exitCode).toBe(0)
    expect(data.undo.map(({ title }: { title: string }) => title)).toEqual([
      'Mark the revision as verified',
      'Mark the revision that was left',
      'Update the service',
    ])
    expect(changing(await workspace.calls(since))).toEqual([])
    expect(await past.serves()).toBe(1)
    // As a person would: what is printed, into a shell.
    const printed = await workspace.must(['bun', 'runbooks/history.ts', '--undo', name], { env: cleo })
    const script = printed.stdout.split('\n').filter((line) => /^(#|aws )/.test(line))
    await workspace.must(['sh', '-ec', script.join('\n')])
    await small.settled()
    expect(await past.serves()).toBe(2)
    expect(await past.marks(1)).toMatchObject({ verified: '2026-01-01T00:00:00.000Z' })
    expect((await past.marks(2)).left).toBeUndefined()
  })

  test('a run that changed nothing has nothing to undo; one that does not exist, or is more than one, fails with its likes', async () => {
    const refused = (await history()).data.runs.find(
      ({ outcome }: { outcome: string }) => outcome === 'refused',
    )
    expect((await history('--undo', refused.name)).data.undo).toEqual([])
    const none = await history('1999-01-01')
    expect(none.exitCode).toBe(1)
    const several = await history('rollback')
    expect(several.exitCode).toBe(1)
    expect(errorOf(several).message).toContain(refused.name)
    expect((await history('one', 'two')).exitCode).toBe(2)
    expect((await history(refused.name, '--undo', refused.name)).exitCode).toBe(2)
  })

  test('a bucket that may not be read is a gap: what is here is listed, and it ends with 1', async () => {
    for (const call of ['s3:HeadBucket', 's3:ListObjectsV2', 's3:GetObject']) {
      await workspace.fault({ call, kind: 'denied' })
      const run = await history()
      await workspace.clearFaults()
      expect([call, run.exitCode]).toEqual([call, 1])
      expect(run.data.gaps).toHaveLength(1)
      expect(errorOf(run).message).toContain('access denied to s3:')
    }
  })

  test('without credentials it says how to get them, not its own command again', async () => {
    const without = { ...cleo, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
    const alone = await run(without, 'history')
    expect(alone.exitCode).toBe(1)
    expect(errorOf(alone).next).toContain('aws configure')
  })

  test('without a bucket it lists what this clone has done, and says so', async () => {
    const elsewhere = { ...cleo, AWS_REGION: 'eu-central-1' }
    const alone = await run(elsewhere, 'history')
    expect(alone.exitCode).toBe(0)
    expect(alone.data.gaps).toHaveLength(1)
    expect(alone.data.runs.every(({ place }: { place: string }) => place === cleo.TRIA_RUNBOOKS_DIR)).toBe(
      true,
    )
  })
})
