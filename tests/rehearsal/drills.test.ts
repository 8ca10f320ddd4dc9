import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { surroundings } from '../../rehearsal/env'
import { drills } from '../../runbooks/rehearsal/drills'
import { Stage } from '../../runbooks/rehearsal/stage/stage'
import { kills, tooLate } from '../bench/kills'
import { Workspace } from './support'

/**
 * Every drill on one shared stage, as a user plays them. A drill asserts on the world itself (counts, revisions, answers,
 * exit codes, processes, lock, journal); what is asserted here is that each was played, held, and could have failed.
 */
const minutes = 60_000
let workspace: Workspace
let played: { name: string; ok: boolean; proven: { text: string; ok: boolean; evidence?: string }[] }[] = []
let exitCode = -1

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  const run = await workspace.runbook('rehearse', 'drill', 'all', '--keep')
  exitCode = run.exitCode
  played = run.data?.drills ?? []
  if (played.length === 0) throw new Error(`No drill was played: ${run.stdout.slice(-4_000)}${run.stderr}`)
}, 25 * minutes)
afterAll(() => workspace?.close(), 2 * minutes)

describe('rehearse.ts drill all: each holds', () => {
  for (const { name } of drills) {
    test(name, () => {
      const drill = played.find((one) => one.name === name)
      expect(drill?.proven.filter(({ ok }) => !ok)).toEqual([])
      expect(drill?.proven.length).toBeGreaterThan(8)
    })
  }

  test('and says so with exit code 0', () => expect(exitCode).toBe(0))
})

test(
  'kill -9 at random moments of deploy and of rollback, then the same command: all converge, nothing is left or made twice',
  async () => {
    const stage = await Stage.open('staging', surroundings(join(workspace.dir, '.rehearsal')))
    await stage.find()
    // By hand, and twenty times: bun tests/bench/kills.ts
    const killed = await kills(stage, { seed: 3, count: 1, usual: { deploy: 14, rollback: 5 } })
    expect(killed.filter(({ wrong }) => wrong.length > 0)).toEqual([])
    for (const what of ['deploy', 'rollback'])
      expect(killed.filter((one) => one.what === what && one.step !== tooLate).length).toBeGreaterThanOrEqual(
        1,
      )
  },
  8 * minutes,
)

describe('rehearse.ts drill', () => {
  test(
    'a runbook that does not name the cause is found out: exit code 1, and what did not hold',
    async () => {
      const file = join(workspace.dir, 'runbooks/deployment/cause.ts')
      const whole = await readFile(file, 'utf8')
      await writeFile(file, whole.replace('const meaning = words ??', 'const meaning ='))
      const run = await workspace.runbook('rehearse', 'drill', 'migration-fails')
      await writeFile(file, whole)
      expect(run.exitCode).toBe(1)
      expect(run.data.drills).toHaveLength(1)
      const failed = run.data.drills[0].proven.filter(({ ok }: { ok: boolean }) => !ok)
      expect(failed.map(({ text }: { text: string }) => text)).toEqual([
        "the cause is named, in the database's own words",
      ])
    },
    3 * minutes,
  )

  test('leaves in a rehearsal that was up what served there before', async () => {
    const { stdout } = await workspace.must(['bun', 'runbooks/verify.ts', '--json', '--yes'])
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!).data.checks.length).toBeGreaterThan(12)
  }, 60_000)

  test('a name that is none is a usage error that shows the nearest, before anything starts', async () => {
    const run = await workspace.exec(['bun', 'runbooks/rehearse.ts', 'drill', 'crash-on-strat'])
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toContain('nearest: crash-on-start')
    expect((await workspace.exec(['bun', 'runbooks/rehearse.ts', 'drill'])).exitCode).toBe(2)
    expect((await workspace.exec(['bun', 'runbooks/rehearse.ts', 'status', 'crash-on-start'])).exitCode).toBe(
      2,
    )
  })

  test('drills lists them all', async () => {
    const { data } = await workspace.runbook('rehearse', 'drills')
    expect(data.drills.map(({ name }: { name: string }) => name)).toEqual(drills.map(({ name }) => name))
  })
})
